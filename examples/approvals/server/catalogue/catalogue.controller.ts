import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { MayBeLeftOut } from '../http/may-be-left-out.js';
import { Catalogue } from './catalogue.js';
import type { Product } from './superstore.js';

class SearchQuery {
  @ApiPropertyOptional()
  @MayBeLeftOut()
  @IsString()
  @MaxLength(120)
  search?: string;
}

class ProductView {
  @ApiProperty() readonly name: string;
  @ApiProperty({ example: 'Canon' }) readonly supplier: string;
  @ApiProperty({ example: 'Technology' }) readonly category: string;
  @ApiProperty({ example: '699.99' }) readonly unitPrice: string;

  constructor({ name, supplier, category, unitPrice }: Product) {
    this.name = name;
    this.supplier = supplier;
    this.category = category;
    this.unitPrice = unitPrice.toString();
  }
}

@ApiTags('catalogue')
@Controller('api')
export class CatalogueController {
  constructor(private readonly catalogue: Catalogue) {}

  @Get('suppliers')
  @ApiOperation({ summary: 'The first suppliers whose names begin like the search.' })
  @ApiOkResponse({ type: [String] })
  suppliers(@Query() { search }: SearchQuery): string[] {
    return this.catalogue.suppliers(search ?? '');
  }

  @Get('products')
  @ApiOperation({ summary: 'The first products with all words of the search in their names.' })
  @ApiOkResponse({ type: [ProductView] })
  products(@Query() { search }: SearchQuery): ProductView[] {
    return this.catalogue.products(search ?? '').map((product) => new ProductView(product));
  }
}
