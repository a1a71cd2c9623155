// What the ledger keeps of a package.
import { Entity, Id, Property, type IdProps } from 'immurepo';

/**
 * A package, at the place where one project has it installed. The project itself is the package at the path '', as in
 * the lock file.
 */
@Entity({ name: 'locked-package', version: 1 })
export class LockedPackage {
  declare [IdProps]?: 'project' | 'path';
  @Id() project!: string;
  @Id() path!: string;
  @Property() name!: string;
  @Property() version?: string | undefined;
  @Property() integrity?: string | undefined;
  @Property() license?: string | undefined;
  @Property() flags!: readonly string[];
  /** Of a project: the paths it locks. By this the next run knows what is gone. */
  @Property() locks?: readonly string[] | undefined;
}
