// The second example of README.md: an id of several properties.
import { Entity, Id, IdProps, Property, type Repository } from 'immurepo';

@Entity({ name: 'order-line' })
class OrderLine {
  declare [IdProps]?: 'order' | 'line';
  @Id() order!: string;
  @Id() line!: number;
  @Property() sku!: string;
}

export const firstLine = (lines: Repository<OrderLine>) => lines.find({ order: 'A-17', line: 1 });
