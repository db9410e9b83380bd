package io.weft.gen;

import io.weft.gen.ApplicationController.Order;
import io.weft.gen.ApplicationController.Result;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.StartException;
import io.weft.node.Sys;
import io.weft.node.Weft;
import io.weft.runtime.ShutdownHook;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * node was {@linkplain #configure configured} with, then at the definition of the application.
 * Values that were set survive the end of the application, but not that it is unloaded.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/application.html">OTP, module
 *     application</a>
 */
public final class Applications {
  private static final Logger log = LoggerFactory.getLogger(Applications.class);

  /** A start may take as long as it takes. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /**
   * An application whose end is the end of its node.
   *
   * @param application its name
   * @param reason what its top process ended with
   */
  public record Terminated(String application, ExitReason reason) {}

  private final Node node;
  private final ApplicationEnv env = new ApplicationEnv(System::getProperty, System::getenv);
  private final Map<Pid, String> masters = new ConcurrentHashMap<>();
  private final Address<Order> controller;
  private final AtomicReference<@Nullable Terminated> terminated = new AtomicReference<>();
  private volatile Consumer<Terminated> endOfNode = this::closeNode;

  private Applications(Node node) {
    this.node = node;
    controller =
        node.spawn(
            Blueprint.<Order>of(
                    "application controller",
                    () -> new ApplicationController(env, masters, this::applicationTerminated))
                .trapExit());
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
    ask(application.name(), new Order.Load(application));
  }

  /** Forgets an application and its configuration. @throws StartException unless it is stopped */
  public void unload(String name) {
    ask(name, new Order.Unload(name));
  }

  /**
   * Starts an application, and loads it if need be. Returns when its start phases are done.
   *
   * @throws StartException with OTP's reason: {@code {already_started, Name}}, {@code {not_started,
   *     Dependency}}, {@code {Reason, {Name, start, [normal, []]}}} and so on
   */
  public void start(Application application, ApplicationType type) {
    ask(application.name(), new Order.Start(application, type));
  }

  /** Starts a loaded application. */
  public void start(String name, ApplicationType type) {
    ask(name, new Order.StartLoaded(name, type));
  }

  /** As {@link #start}, without waiting. */
  public CompletableFuture<List<String>> startAsync(Application application, ApplicationType type) {
    return asking(application.name(), new Order.Start(application, type));
  }

  /**
   * Starts an application, and before it all it depends on that does not run yet. If one of them
   * fails, those started here are stopped again.
   *
   * @return the names of those that were started, in that order
   * @throws StartException with {@code {Name, Reason}} of the one that failed
   */
  public List<String> ensureAllStarted(Application application, ApplicationType type) {
    return ask(application.name(), new Order.EnsureAllStarted(application, type)).names();
  }

  /** As {@link #ensureAllStarted}, without waiting. */
  public CompletableFuture<List<String>> ensureAllStartedAsync(
      Application application, ApplicationType type) {
    return asking(application.name(), new Order.EnsureAllStarted(application, type));
  }

  /** Stops an application, whatever its type. @throws StartException if it does not run */
  public void stop(String name) {
    ask(name, new Order.Stop(name));
  }

  /** As {@link #stop}, without waiting. */
  public CompletableFuture<List<String>> stopAsync(String name) {
    return asking(name, new Order.Stop(name));
  }

  /** Stops all applications, the one started last first. */
  public void stopAll() {
    ask("all applications", new Order.StopAll());
  }

  /** As {@link #stopAll}, without waiting. */
  public CompletableFuture<List<String>> stopAllAsync() {
    return asking("all applications", new Order.StopAll());
  }

  /** Returns the names of those that run, in start order. */
  public List<String> running() {
    return ask("", new Order.Running()).names();
  }

  /** Returns the names of those that are loaded, running or not. */
  public List<String> loaded() {
    return ask("", new Order.Loaded()).names();
  }

  private Result ask(String about, Order order) {
    return checked(about, Weft.call(controller, order, FOR_EVER));
  }

  private CompletableFuture<List<String>> asking(String about, Order order) {
    return Weft.callAsync(controller, order, null)
        .thenApply(result -> checked(about, result).names());
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
    endOfNode = handler;
  }

  /** Returns the application that ended the node, and why. */
  public Optional<Terminated> terminated() {
    return Optional.ofNullable(terminated.get());
  }

  private void applicationTerminated(String application, ExitReason reason) {
    var end = new Terminated(application, reason);
    if (terminated.compareAndSet(null, end)) {
      log.error("{}: application_terminated {}: {}", node, application, reason.brief());
      endOfNode.accept(end);
    }
  }

  private void closeNode(Terminated end) {
    var _ = node.stop();
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
