package io.weft.gen;

import io.weft.gen.ApplicationOrder.Result;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.StartException;
import io.weft.node.Sys;
import io.weft.node.Weft;
import io.weft.runtime.ShutdownHook;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The applications of one node: OTP's module application. All methods are callable from any thread;
 * those that wait, from threads outside of processes only.
 *
 * <p>When the node closes, the applications that run are stopped first, in the reverse of the order
 * in which they started.
 *
 * <h2>Configuration</h2>
 *
 * {@link #env} looks for a value among those set at run time, then for the system property {@code
 * weft.APPLICATION.KEY} and the environment variable {@code WEFT_APPLICATION_KEY}, then at what the
 * node was {@linkplain #configure configured} with, first of all by its {@link
 * io.weft.node.NodeOptions.Builder#env options}, then at the definition of the application. Values
 * that were set survive the end of the application, but not that it is unloaded.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/application.html">OTP, module
 *     application</a>
 */
public final class Applications {
  /** A start may take as long as it takes. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /**
   * An application whose end is the end of its node.
   *
   * @param application its name
   * @param reason what its top process ended with
   */
  public record Terminated(String application, ExitReason reason) {
    /** Returns {@code {application_terminated, Name, Reason}}, with which an OTP node ends. */
    public Term term() {
      return Tuple.of(Atom.of("application_terminated"), Atom.of(application), reason.term());
    }
  }

  private final Node node;
  private final ApplicationEnv env;
  private final Map<Pid, String> masters = new ConcurrentHashMap<>();
  private final Address<ApplicationOrder> controller;
  private final EndOfNode end;

  private Applications(Node node) {
    this.node = node;
    end = new EndOfNode(node);
    env = new ApplicationEnv(System::getProperty, System::getenv, node.env());
    controller =
        node.spawn(
            Blueprint.<ApplicationOrder>of(
                    "application controller",
                    () -> new ApplicationController(env, masters, end::applicationTerminated))
                .named(ApplicationController.NAME)
                .codec(ApplicationTerms.INSTANCE)
                .trapExit()
                .partOfNode());
    node.beforeClose(this::stopAllAsync);
  }

  /** Returns the applications of a node. */
  public static Applications of(Node node) {
    return node.service(Applications.class, Applications::new);
  }

  /** Returns the node they run on. */
  public Node node() {
    return node;
  }

  // --- start and stop
  // ------------------------------------------------------------------------------------------------

  /** Makes an application and its configuration known. @throws StartException if its name is */
  public void load(Application application) {
    ask(application.name(), new ApplicationOrder.Load(application));
  }

  /** Forgets an application and its configuration. @throws StartException unless it is stopped */
  public void unload(String name) {
    ask(name, new ApplicationOrder.Unload(name));
  }

  /** Starts an application whose end means nothing to the node: {@code temporary}. */
  public void start(Application application) {
    start(application, ApplicationType.TEMPORARY);
  }

  /**
   * Starts an application, and loads it if need be. Returns when its start phases are done.
   *
   * @throws StartException with OTP's reason: {@code {already_started, Name}}, {@code {not_started,
   *     Dependency}}, {@code {Reason, {Name, start, [normal, []]}}} and so on
   */
  public void start(Application application, ApplicationType type) {
    start(application, type, StartType.normal());
  }

  /**
   * As {@link #start(Application, ApplicationType)}, for an application that comes from another
   * node: its callbacks find why in their {@link ApplicationContext}.
   */
  public void start(Application application, ApplicationType type, StartType startType) {
    ask(application.name(), new ApplicationOrder.Start(application, type, startType));
  }

  /** Starts a loaded application. */
  public void start(String name, ApplicationType type) {
    ask(name, new ApplicationOrder.StartLoaded(name, type));
  }

  /** As {@link #start}, without waiting. */
  public CompletableFuture<List<String>> startAsync(Application application, ApplicationType type) {
    return asking(
        application.name(), new ApplicationOrder.Start(application, type, StartType.normal()));
  }

  /**
   * Starts an application, and before it all it depends on that does not run yet. If one of them
   * fails, those started here are stopped again.
   *
   * @return the names of those that were started, in that order
   * @throws StartException with {@code {Name, Reason}} of the one that failed
   */
  public List<String> ensureAllStarted(Application application, ApplicationType type) {
    return ask(application.name(), new ApplicationOrder.EnsureAllStarted(application, type))
        .started();
  }

  /** As {@link #ensureAllStarted}, without waiting. */
  public CompletableFuture<List<String>> ensureAllStartedAsync(
      Application application, ApplicationType type) {
    return asking(application.name(), new ApplicationOrder.EnsureAllStarted(application, type));
  }

  /** Stops an application, whatever its type. @throws StartException if it does not run */
  public void stop(String name) {
    ask(name, new ApplicationOrder.Stop(name));
  }

  /** As {@link #stop}, without waiting. */
  public CompletableFuture<List<String>> stopAsync(String name) {
    return asking(name, new ApplicationOrder.Stop(name));
  }

  /** Stops all applications, the one started last first. */
  public void stopAll() {
    ask("all applications", new ApplicationOrder.StopAll());
  }

  /** As {@link #stopAll}, without waiting. */
  public CompletableFuture<List<String>> stopAllAsync() {
    return asking("all applications", new ApplicationOrder.StopAll());
  }

  // --- which there are
  // ------------------------------------------------------------------------------------------------

  /** Returns the names of those that run, in start order. */
  public List<String> running() {
    return which().stream().map(ApplicationInfo::name).toList();
  }

  /** Returns those that run, in start order: {@code which_applications}. */
  public List<ApplicationInfo> which() {
    return ask("", new ApplicationOrder.Which()).infos();
  }

  /** Returns the names of those that are loaded, running or not. */
  public List<String> loaded() {
    return info().stream().map(ApplicationInfo::name).toList();
  }

  /** Returns those that are loaded, running or not: {@code loaded_applications}, {@code info}. */
  public List<ApplicationInfo> info() {
    return ask("", new ApplicationOrder.Inspect()).infos();
  }

  /** Returns the definition of one that is loaded: {@code get_key}, {@code get_all_key}. */
  public Optional<Application> find(String name) {
    return Optional.ofNullable(ask(name, new ApplicationOrder.Find(name)).definition());
  }

  private Result ask(String about, ApplicationOrder order) {
    return checked(about, Weft.call(controller, order, FOR_EVER));
  }

  private CompletableFuture<List<String>> asking(String about, ApplicationOrder order) {
    return Weft.callAsync(controller, order, null)
        .thenApply(result -> checked(about, result).started());
  }

  private static Result checked(String about, Result result) {
    if (result.failure() != null) {
      throw new StartException(about, result.failure());
    }
    return result;
  }

  // --- the end of the node
  // ------------------------------------------------------------------------------------------------

  /**
   * Chooses what happens when an application ends whose end is that of the node, in place of
   * closing the node: to end the JVM, say. Called in a turn of a process, so it must not block.
   */
  public void onTerminated(Consumer<Terminated> handler) {
    end.handledBy(handler);
  }

  /**
   * Lets the JVM end with the node, as an OTP node does: when an application ends whose end is that
   * of the node, the node closes, and then the JVM exits with code 1.
   */
  public void exitWhenTerminated() {
    end.isThatOfTheJvm();
  }

  /** Returns the application that ended the node, and why. */
  public Optional<Terminated> terminated() {
    return end.terminated();
  }

  /**
   * Lets the node close, and its applications stop in order, when the JVM is asked to end, as by a
   * signal. Until the node is closed.
   */
  public void stopAtShutdown() {
    ShutdownHook hook = ShutdownHook.register("shutdown of " + node, node::close);
    node.beforeClose(() -> {
      hook.cancel();
      return CompletableFuture.completedStage(null);
    });
  }

  // --- configuration
  // ------------------------------------------------------------------------------------------------

  /**
   * Returns a value of the configuration. One that is text, as system properties are, is read as an
   * {@code Integer}, {@code Long}, {@code Double}, {@code Boolean} or ISO-8601 {@code Duration}
   * where that is asked for.
   *
   * @throws IllegalArgumentException if the value is none of {@code type}
   */
  public <T> Optional<T> env(String application, String key, Class<T> type) {
    return env.get(application, key, type);
  }

  /**
   * Returns the values of an application that were set, configured or defined, as they hold: {@code
   * get_all_env}. What only a system property or an environment variable says is not among them.
   */
  public Map<String, Object> allEnv(String application) {
    return env.all(application);
  }

  /** Sets a value; it goes before all others until it is unset or the application is unloaded. */
  public void setEnv(String application, String key, Object value) {
    env.set(application, key, value);
  }

  /** Undoes {@link #setEnv}. */
  public void unsetEnv(String application, String key) {
    env.unset(application, key);
  }

  /** Tells the node's own configuration of an application, as read from a file, say. */
  public void configure(String application, Map<String, ?> values) {
    env.configure(application, values);
  }

  // --- which application
  // ------------------------------------------------------------------------------------------------

  /** Returns the application that a process belongs to, by its group leader. */
  public Optional<String> applicationOf(Self<?> process) {
    return Optional.ofNullable(masters.get(process.groupLeader()));
  }

  /** Returns the application that a process of this node belongs to. */
  public CompletableFuture<Optional<String>> applicationOf(Address<?> process) {
    return Sys.info(process)
        .thenApply(info -> Optional.ofNullable(masters.get(info.groupLeader())));
  }
}
