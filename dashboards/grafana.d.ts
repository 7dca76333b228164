// The types that the committed dashboards must fit, made of Grafana's own; see scripts/dashboard-types.sh.
import type * as schema from "@grafana/schema";
import type * as bargauge from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as timeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as timeseries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

// JSON has the values of enumerations, not their names.
type Plain<T> = T extends string ? `${T}` : T extends number ? T : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

interface Target extends schema.DataQuery {
  expr: string;
  legendFormat: string;
  instant: boolean;
  range: boolean;
  format: "time_series" | "table";
  editorMode: "code" | "builder";
}

type Field<Custom> = Omit<schema.FieldConfig, "custom"> & { custom: Partial<Custom> };

type Panel<Type extends string, Options, Custom> = Omit<schema.Panel, "type" | "options" | "fieldConfig" | "targets"> & {
  type: Type;
  options: Options;
  fieldConfig: Omit<schema.FieldConfigSource, "defaults"> & { defaults: Field<Custom> };
  targets: Target[];
};

type AnyPanel =
  | Panel<"stat", stat.Options, Record<string, never>>
  | Panel<"bargauge", bargauge.Options, Record<string, never>>
  | Panel<"timeseries", timeseries.Options, timeseries.FieldConfig>
  | Panel<"state-timeline", timeline.Options, timeline.FieldConfig>
  | Panel<"table", table.Options, table.FieldConfig>;

// The type leaves out what Prometheus' annotations have beside.
type Annotation = Omit<schema.AnnotationQuery, "target"> & {
  expr: string;
  titleFormat: string;
  textFormat: string;
  step: string;
  useValueForTime: boolean;
};

type Variable = schema.VariableModel & { definition?: string };

type Dashboard = Plain<
  Omit<schema.Dashboard, "panels" | "annotations" | "templating"> & {
    panels: AnyPanel[];
    annotations: { list: Annotation[] };
    templating: { list: Variable[] };
  }
>;
