// `immurepo/adapters`: libraries that an application uses already, for its entities. Each is handed in by the application, since
// it must be the very copy that the decorators of its classes come from. Their decorators are of the older kind only
// (`experimentalDecorators`); on standard decorators, call them: `Type(() => Address)(Account.prototype, 'address')`.

export { classTransformer } from './class-transformer.js';
export { classValidator } from './class-validator.js';

export type {
  ClassTransformerModule,
  ClassTransformerOptions,
  TargetMap,
} from './class-transformer-module.js';
export type { ClassValidatorError, ClassValidatorModule, ClassValidatorOptions } from './class-validator.js';
