package io.weft.observe;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.weft.node.CallException;
import io.weft.node.CallResult;
import io.weft.node.ExitException;
import io.weft.node.Observed;
import io.weft.node.Observer;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Spans for OpenTelemetry: {@code call Counter.Get} from the request to its reply, {@code cast
 * Counter.Add} where one is sent, {@code handle Counter.Get} while a process handles it, also while
 * its handler is suspended.
 *
 * <p>What is current in the sender is the parent of what the receiver does, on the same node and on
 * others. In a handler its span is current: {@code Span.current()} is that, also after it was
 * suspended, in the coroutines that it launches, in its timers and tasks and where the result of a
 * call comes back; and it is current no more when the next message is handled.
 *
 * <p>A call begins a trace if there is none; anything else is a part of one or gets no span.
 * Messages of Weft's own services are handed on without spans of their own.
 *
 * <p>Between nodes the context is the label of a sequential trace token, a map of the fields of the
 * propagator: {@code #{<<"traceparent">> => <<"00-...-01">>}}. Erlang nodes give it to all that
 * their processes send while they handle such a message, so a trace goes on behind them. A process
 * that handles a message with a token of somebody's {@code seq_trace} hands on that one.
 *
 * <p>While a span is current its ids are in the log context too, as {@value #TRACE_ID} and {@value
 * #SPAN_ID}.
 */
public final class Tracing implements Observer {
  public static final String TRACE_ID = "trace_id";
  public static final String SPAN_ID = "span_id";

  private static final AttributeKey<String> NODE = AttributeKey.stringKey("weft.node");
  private static final AttributeKey<String> PROCESS = AttributeKey.stringKey("weft.process");
  private static final AttributeKey<String> PID = AttributeKey.stringKey("weft.pid");
  private static final AttributeKey<String> RECEIVER = AttributeKey.stringKey("weft.receiver");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final int MAX_NAME_CHARS = 200;

  private final Tracer tracer;
  private final TraceLabel labels;

  /**
   * Makes an observer of one or more nodes.
   *
   * @param telemetry where spans go; its propagators write and read what goes between nodes, W3C's
   *     trace context if it has none
   */
  public Tracing(OpenTelemetry telemetry) {
    tracer = telemetry.getTracer("io.weft");
    labels = new TraceLabel(telemetry.getPropagators().getTextMapPropagator());
  }

  // --- sent --------------------------------------------------------------------------------------

  @Override
  public @Nullable Object sent(Sent message) {
    Context here = Context.current();
    if (message.kind() == Kind.REPLY || !hasSpan(here) || isOwn(message.message())) {
      return orNull(here);
    }
    String verb = message.kind() == Kind.CAST ? "cast " : "send ";
    Span span = begun(verb, SpanKind.PRODUCER, message, here);
    span.end();
    return here.with(span);
  }

  @Override
  public @Nullable Calling called(Sent request) {
    Context here = Context.current();
    if (isOwn(request.message())) {
      Context kept = orNull(here);
      return kept == null ? null : new Passing(kept);
    }
    Span span = begun("call ", SpanKind.CLIENT, request, here);
    return new CallSpan(span, here.with(span));
  }

  private Span begun(String verb, SpanKind kind, Sent message, Context parent) {
    Span span =
        tracer
            .spanBuilder(verb + TypeName.of(message.message()))
            .setSpanKind(kind)
            .setParent(parent)
            .startSpan();
    if (span.isRecording()) {
      span.setAttribute(RECEIVER, cut(message.receiver().toString()));
      if (message.sender() != null) {
        describe(span, message.sender());
      }
    }
    return span;
  }

  private static void describe(Span span, Observed process) {
    span.setAttribute(NODE, process.node().name().name());
    span.setAttribute(PROCESS, process.label());
    span.setAttribute(PID, process.pid().toString());
  }

  private static String cut(String text) {
    return text.length() <= MAX_NAME_CHARS ? text : text.substring(0, MAX_NAME_CHARS);
  }

  /** What the services of Weft say to each other is nobody's business. */
  private static boolean isOwn(Object message) {
    return !(message instanceof Term)
        && message.getClass().getPackageName().startsWith("io.weft.gen");
  }

  private static boolean hasSpan(Context context) {
    return Span.fromContext(context).getSpanContext().isValid();
  }

  private static @Nullable Context orNull(Context context) {
    return context.equals(Context.root()) ? null : context;
  }

  /** A call without a span of its own. */
  private record Passing(Context context) implements Calling {}

  private record CallSpan(Span span, Context context) implements Calling {
    @Override
    public void done(CallResult<?> result) {
      if (result instanceof CallResult.Failed<?>(CallException failure)) {
        span.setStatus(StatusCode.ERROR, cut(String.valueOf(failure.getMessage())));
        span.setAttribute(ERROR, Outcome.of(failure));
      }
      span.end();
    }
  }

  // --- handled -----------------------------------------------------------------------------------

  @Override
  public @Nullable Handling received(
      Observed process, Kind kind, Object message, @Nullable Object context) {
    if (!(context instanceof Context parent)) {
      return null;
    }
    if (!hasSpan(parent) || isOwn(message)) {
      return new Handled(null, parent);
    }
    SpanBuilder builder =
        tracer
            .spanBuilder("handle " + TypeName.of(message))
            .setSpanKind(kind == Kind.CALL ? SpanKind.SERVER : SpanKind.CONSUMER)
            .setParent(parent);
    Span span = builder.startSpan();
    if (span.isRecording()) {
      describe(span, process);
    }
    return new Handled(span, parent.with(span));
  }

  private record Handled(@Nullable Span span, Context context) implements Handling {
    @Override
    public Scope enter() {
      return made(context);
    }

    @Override
    public void decoded(Object message) {
      if (span != null) {
        span.updateName("handle " + TypeName.of(message));
      }
    }

    @Override
    public void done(@Nullable Throwable failure) {
      if (span == null) {
        return;
      }
      if (failure != null && !isOrderly(failure)) {
        span.recordException(failure);
        span.setStatus(StatusCode.ERROR, cut(String.valueOf(failure)));
      }
      span.end();
    }

    private static boolean isOrderly(Throwable failure) {
      return failure instanceof ExitException exit && exit.reason().isOrderly();
    }
  }

  @Override
  public @Nullable Capture capture() {
    Context here = orNull(Context.current());
    return here == null ? null : () -> made(here);
  }

  /** Makes it current, and its ids known to the log. */
  @SuppressWarnings("MustBeClosedChecker") // by the scope
  private static Scope made(Context context) {
    var scope = context.makeCurrent();
    var ids = Span.fromContext(context).getSpanContext();
    if (!ids.isValid()) {
      return scope::close;
    }
    String trace = MDC.get(TRACE_ID);
    String span = MDC.get(SPAN_ID);
    MDC.put(TRACE_ID, ids.getTraceId());
    MDC.put(SPAN_ID, ids.getSpanId());
    return () -> {
      restore(TRACE_ID, trace);
      restore(SPAN_ID, span);
      scope.close();
    };
  }

  private static void restore(String key, @Nullable String value) {
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }

  // --- between nodes -----------------------------------------------------------------------------

  @Override
  public @Nullable Term label(Object context) {
    return context instanceof Context here ? labels.write(here) : null;
  }

  @Override
  public @Nullable Object context(Term label) {
    return labels.read(label);
  }
}
