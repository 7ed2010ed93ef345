import type { DimensionModel, MetricModel } from "./metric-model.ts";
import { unknownDimension } from "./refusals.ts";

/** A dimension of a metric by its name. @throws InputError naming those that there are */
export function dimensionIn(model: MetricModel, name: string): DimensionModel {
  const dimension = model.dimensions.find(({ column }) => column.name === name);
  if (dimension === undefined) throw unknownDimension(model, name);
  return dimension;
}
