package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.Request;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the controller of a node's applications can be asked; a failure is in the {@link Result}.
 */
sealed interface ApplicationOrder extends Request<ApplicationOrder.Result> {
  record Load(Application application) implements ApplicationOrder {}

  /** As a foreign node asks, which has no definition to give. */
  record LoadNamed(String name) implements ApplicationOrder {}

  record Unload(String name) implements ApplicationOrder {}

  record Start(Application application, ApplicationType type, StartType startType)
      implements ApplicationOrder {}

  record StartLoaded(String name, ApplicationType type) implements ApplicationOrder {}

  record EnsureAllStarted(Application application, ApplicationType type)
      implements ApplicationOrder {}

  record Stop(String name) implements ApplicationOrder {}

  record StopAll() implements ApplicationOrder {}

  /** Asks for all that are loaded. */
  record Inspect() implements ApplicationOrder {}

  /** Asks for those that run, in start order. */
  record Which() implements ApplicationOrder {}

  /** Asks for the definition of one that is loaded. */
  record Find(String name) implements ApplicationOrder {}

  /** Sets values by application and key; a null value is unset. */
  record SetEnv(Map<String, Map<String, Object>> values) implements ApplicationOrder {}

  record UnsetEnv(String application, String key) implements ApplicationOrder {}

  /** Asks whether an application is distributed; none is. */
  record AskStartType(String name) implements ApplicationOrder {}

  /**
   * What came of an order.
   *
   * @param failure null if it is done
   * @param started the applications that were started
   * @param infos the applications that were asked for
   * @param definition that was asked for, if there is one
   */
  record Result(
      @Nullable ExitReason failure,
      List<String> started,
      List<ApplicationInfo> infos,
      @Nullable Application definition) {
    static final Result DONE = of(null);

    static Result of(@Nullable ExitReason failure) {
      return new Result(failure, List.of(), List.of(), null);
    }

    static Result started(List<String> names) {
      return new Result(null, List.copyOf(names), List.of(), null);
    }

    static Result infos(List<ApplicationInfo> infos) {
      return new Result(null, List.of(), infos, null);
    }

    static Result definition(@Nullable Application definition) {
      return new Result(null, List.of(), List.of(), definition);
    }
  }
}
