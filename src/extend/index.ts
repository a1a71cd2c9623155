// `immurepo/extend`: what classes, functions and plug-ins around entities and repositories are typed with.

export type { EntityOptions } from '../entity/entity-options.js';
export type { CreateData, EntityClass, IdOf, UpdateData } from '../entity/entity-types.js';
export type { EntityHooks, SaveContext, SavedContext } from '../entity/hooks.js';
export type { Hydrator } from '../entity/hydrator.js';
export type { DefinedProperties, DefinedProperty, InstanceOf } from '../entity/define-entity.js';
export type { PropertyType } from '../entity/property-type.js';
export type { ManyOptions } from '../entity/relation-source.js';
export type { RevisionPin } from '../entity/revision-pin.js';
export type { CustomType } from '../entity/types/custom.js';
export type { Upcast, Upcasts } from '../entity/upcast.js';
export type { ValidateFunction, ValidationIssue, Validator } from '../entity/validator.js';
export type { EntityIssue } from '../errors.js';
export type { RepositoryClass } from '../repository/custom-repository.js';
export type { LedgerPlugin } from '../repository/hooks/plugin.js';
export type { CommittedEntity, LedgerEvents } from '../repository/ledger-events.js';
export type { PastRepository } from '../repository/past-repository.js';
export { RepositoryBinding } from '../repository/repository-binding.js';
