package io.weft.gen;

import io.weft.node.Blueprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a system that is started and stopped as a unit: what it depends on, its configuration,
 * and its top supervisor. OTP's application; immutable.
 *
 * <pre>{@code
 * Application shop = Application.define("shop")
 *     .dependsOn(database)
 *     .env("port", 8080)
 *     .start(self -> shopSupervisor(self.env("port", Integer.class).orElseThrow()))
 *     .stop(self -> log.info("closed"))
 *     .build();
 * Applications.of(node).ensureAllStarted(shop, ApplicationType.PERMANENT);
 * }</pre>
 *
 * <p>The callbacks run in turns of a process of their own, the application's master, which is the
 * group leader of all processes of the application. They must not block.
 *
 * @see Applications
 * @see <a href="https://www.erlang.org/doc/apps/kernel/application.html">OTP, module
 *     application</a>
 */
public final class Application {
  /** Makes the top process, a supervisor as a rule. */
  @FunctionalInterface
  public interface Start {
    /**
     * Returns what to start.
     *
     * @throws io.weft.node.StartException if the application cannot start, for its reason
     */
    Blueprint<?> top(ApplicationContext self) throws Exception;
  }

  /** Something to do at a certain time of an application's life. */
  @FunctionalInterface
  public interface Step {
    void run(ApplicationContext self) throws Exception;
  }

  private final String name;
  private final String description;
  private final String version;
  private final List<Application> dependencies;
  private final List<Application> included;
  private final Map<String, Object> env;
  private final Map<String, Step> startPhases;
  private final @Nullable Start start;
  private final Step prepStop;
  private final Step stop;

  private Application(Builder from) {
    name = from.name;
    description = from.description;
    version = from.version;
    dependencies = List.copyOf(from.dependencies);
    included = List.copyOf(from.included);
    env = Map.copyOf(from.env);
    startPhases = Collections.unmodifiableMap(new LinkedHashMap<>(from.startPhases));
    start = from.start;
    prepStop = from.prepStop;
    stop = from.stop;
  }

  /** Begins the definition of an application; its name is one for the whole node. */
  public static Builder define(String name) {
    return new Builder(name);
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns what it is for; empty if not told. */
  public String description() {
    return description;
  }

  /** Returns its version; empty if not told. */
  public String version() {
    return version;
  }

  /** Returns the applications that must run before this one starts. */
  public List<Application> dependencies() {
    return dependencies;
  }

  /** Returns the applications that this one starts itself, as parts of its own. */
  public List<Application> included() {
    return included;
  }

  /** Returns the configuration that holds unless the node's says otherwise. */
  public Map<String, Object> env() {
    return env;
  }

  /** Returns the names of the start phases, in order. */
  public List<String> phases() {
    return List.copyOf(startPhases.keySet());
  }

  Map<String, Step> startPhases() {
    return startPhases;
  }

  @Nullable Start start() {
    return start;
  }

  Step prepStop() {
    return prepStop;
  }

  Step stop() {
    return stop;
  }

  @Override
  public String toString() {
    return version.isEmpty() ? name : name + " " + version;
  }

  /** Collects what an application is; each setter returns this. */
  public static final class Builder {
    private final String name;
    private String description = "";
    private String version = "";
    private final List<Application> dependencies = new ArrayList<>();
    private final List<Application> included = new ArrayList<>();
    private final Map<String, Object> env = new LinkedHashMap<>();
    private final Map<String, Step> startPhases = new LinkedHashMap<>();
    private @Nullable Start start;
    private Step prepStop = self -> {};
    private Step stop = self -> {};

    private Builder(String name) {
      this.name = name;
    }

    /** Tells what it is for. */
    public Builder description(String text) {
      description = text;
      return this;
    }

    /** Tells its version. */
    public Builder version(String text) {
      version = text;
      return this;
    }

    /** Adds applications that must run before this one starts. */
    public Builder dependsOn(Application... others) {
      dependencies.addAll(List.of(others));
      return this;
    }

    /**
     * Adds applications that are parts of this one: the start of this one makes their processes
     * too, under its own supervisor as a rule. They are loaded with it, so that their configuration
     * is known. Of their callbacks only start phases run: in each phase of this application those
     * of the included ones that have it, in the order in which they were added, after its own.
     */
    public Builder includes(Application... parts) {
      included.addAll(List.of(parts));
      return this;
    }

    /** Adds a configuration value that holds unless the node's configuration says otherwise. */
    public Builder env(String key, Object value) {
      env.put(key, value);
      return this;
    }

    /** Tells the top process. Without one the application is a library: it only is there. */
    public Builder start(Start top) {
      start = top;
      return this;
    }

    /**
     * Adds a step that runs when the top process serves; the start is done when all have run, in
     * the order in which they were added. Of one phase there is one step.
     */
    public Builder startPhase(String phase, Step step) {
      if (startPhases.putIfAbsent(phase, step) != null) {
        throw new IllegalArgumentException(name + " has a start phase " + phase + " already");
      }
      return this;
    }

    /** Tells what to do before the top process is asked to end, or when it ended by itself. */
    public Builder prepStop(Step step) {
      prepStop = step;
      return this;
    }

    /** Tells what to do when the top process has ended. */
    public Builder stop(Step step) {
      stop = step;
      return this;
    }

    /** Returns the application. */
    public Application build() {
      return new Application(this);
    }
  }
}
