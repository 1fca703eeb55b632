import { Env } from '@mcm/platform';
import { IsBoolean, IsIn, IsInt, IsNumber, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

const isSet = (text: string) => text !== '';
const ADDRESS = { message: 'must look like http://localhost:4318' };

/**
 * Where traces go: the variables that OpenTelemetry defines
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Its exporter reads further ones itself:
 * timeout, compression, certificates. Without an address there is no tracing.
 */
export class TracingConfig {
  /** A receiver of OTLP over HTTP; `/v1/traces` is added. */
  @Env('OTEL_EXPORTER_OTLP_ENDPOINT')
  @ValidateIf(({ endpoint }: TracingConfig) => isSet(endpoint))
  @Matches(/^https?:\/\/[^\s/]+/, ADDRESS)
  endpoint: string = '';

  /** The same for traces alone, used as it is. */
  @Env('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  @ValidateIf(({ tracesEndpoint }: TracingConfig) => isSet(tracesEndpoint))
  @Matches(/^https?:\/\/[^\s/]+/, ADDRESS)
  tracesEndpoint: string = '';

  /** Headers for the receiver, such as its key: `name=value`, separated by commas. */
  @Env('OTEL_EXPORTER_OTLP_HEADERS', { secret: true })
  @IsString()
  headers: string = '';

  /** The same for traces alone; these count where both name a header. */
  @Env('OTEL_EXPORTER_OTLP_TRACES_HEADERS', { secret: true })
  @IsString()
  tracesHeaders: string = '';

  @Env('OTEL_EXPORTER_OTLP_PROTOCOL')
  @IsIn(['http/protobuf'], {
    message: 'must be http/protobuf, which every receiver understands on port 4318',
  })
  protocol: string = 'http/protobuf';

  @Env('OTEL_TRACES_EXPORTER')
  @IsIn(['otlp', 'none'])
  exporter: string = 'otlp';

  @Env('OTEL_SDK_DISABLED')
  @IsBoolean()
  disabled: boolean = false;

  /** Which traces are kept. The `parentbased_` samplers follow the decision of the trace's origin. */
  @Env('OTEL_TRACES_SAMPLER')
  @IsIn([
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ])
  sampler: string = 'parentbased_always_on';

  /** The share of traces that a `traceidratio` keeps. */
  @Env('OTEL_TRACES_SAMPLER_ARG')
  @IsNumber()
  @Min(0)
  @Max(1)
  samplerArg: number = 1;

  /** Milliseconds for which spans are gathered. */
  @Env('OTEL_BSP_SCHEDULE_DELAY')
  @IsInt()
  @Min(1)
  @Max(600_000)
  scheduleDelayMs: number = 5_000;

  /** Spans that wait to be sent; what comes beyond them is dropped. */
  @Env('OTEL_BSP_MAX_QUEUE_SIZE')
  @IsInt()
  @Min(512)
  @Max(1_000_000)
  maxQueueSize: number = 2_048;

  /** Overrides the name of the service. */
  @Env('OTEL_SERVICE_NAME')
  @IsString()
  serviceName: string = '';

  /** Where spans are sent to. */
  get url(): string {
    return this.tracesEndpoint || `${this.endpoint.replace(/\/+$/, '')}/v1/traces`;
  }

  get isOn(): boolean {
    return !this.disabled && this.exporter === 'otlp' && (isSet(this.endpoint) || isSet(this.tracesEndpoint));
  }
}
