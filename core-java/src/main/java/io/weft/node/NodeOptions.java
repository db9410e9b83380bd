package io.weft.node;

import io.weft.runtime.Seams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a node starts. Immutable; made with {@link #builder} or {@link #local}.
 *
 * @param name {@code name@host}, {@code undefined@host} for a node whose peers give it a
 *     {@linkplain #dynamic name}, or {@code nonode@nohost} for a node without a network
 * @param cookie what peers must know to connect; never logged
 * @param hidden whether the node keeps out of {@code nodes()} and of the services of published
 *     nodes, as {@code erl -hidden}; default false. A node with a dynamic name always is
 * @param port where to listen; 0, the default, takes any free port
 * @param epmdPort where EPMD listens on every host, 0 for a private one of this node on any free
 *     port; default {@code $ERL_EPMD_PORT}, else 4369
 * @param tickTime after how long without a sign of life a connection is given up; default 60 s
 * @param maxProcesses how many processes may live at once; default 2^27. One more is refused with
 *     {@link TooManyProcessesException}
 * @param maxMessageBytes how large, in the external format, a message to another node may be;
 *     default 256 MiB. A larger one is refused with {@link MessageTooLargeException}
 * @param systemLogs the directory in which other nodes may have {@code sys:log_to_file} write
 *     files; null, the default, for none: they get {@code {error, open_file}}
 * @param output where text goes that processes print through the node, those of other nodes
 *     included; called by one process at a time, and must not block. Null, the default, for lines
 *     of the log {@code io.weft.user}; {@code System.out::print} for the console
 * @param env the configuration of applications by their names, which goes before what they define
 *     themselves; default empty. See {@code io.weft.gen.Applications}
 * @param observers who sees what happens on the node; default none
 * @param networkProvider what gives the node its network; null, the default, takes the one on the
 *     class path
 * @param carriers how many threads run turns, if the node makes its own seams; 0, the default, for
 *     one for each processor and two at least
 * @param seams what the node runs on; null, the default, makes its own and closes it with the node
 * @param startGate what may have starts of processes fail; null, the default, for nothing. For
 *     tests
 */
public record NodeOptions(
    String name,
    String cookie,
    boolean hidden,
    int port,
    int epmdPort,
    Duration tickTime,
    int maxProcesses,
    int maxMessageBytes,
    @Nullable Path systemLogs,
    @Nullable Consumer<String> output,
    Map<String, Map<String, Object>> env,
    List<Observer> observers,
    @Nullable NetworkProvider networkProvider,
    int carriers,
    @Nullable Seams seams,
    @Nullable StartGate startGate) {

  static final String NO_NAME = "nonode@nohost";
  private static final String TO_BE_NAMED = "undefined@";

  /** The port of EPMD unless the environment says otherwise. */
  public static final int DEFAULT_EPMD_PORT = 4369;

  /** Enough for any heap; what OTP's option +P allows at most. */
  public static final int DEFAULT_MAX_PROCESSES = 1 << 27;

  /** What a Weft node takes in one frame from a peer that cannot send fragments. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 256 << 20;

  /** Room for what is sent in place of something that is too large. */
  private static final int LEAST_MESSAGE_BYTES = 1 << 10;

  /** Encoded with all that surrounds it, a message has to fit into one array. */
  private static final int MOST_MESSAGE_BYTES = 1 << 30;

  public NodeOptions {
    Objects.requireNonNull(name);
    Objects.requireNonNull(cookie);
    int at = name.indexOf('@');
    if (at <= 0 || at == name.length() - 1 || name.indexOf('@', at + 1) >= 0) {
      throw new IllegalArgumentException("a node is named name@host, not \"" + name + "\"");
    }
    hidden = hidden || name.startsWith(TO_BE_NAMED);
    if (maxProcesses < 1) {
      throw new IllegalArgumentException("maxProcesses must be at least 1, not " + maxProcesses);
    }
    if (maxMessageBytes < LEAST_MESSAGE_BYTES || maxMessageBytes > MOST_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "maxMessageBytes must be 1 KiB to 1 GiB, not " + maxMessageBytes);
    }
    if (carriers < 0) {
      throw new IllegalArgumentException("carriers must not be negative, but is " + carriers);
    }
    requirePort("port", port);
    requirePort("epmdPort", epmdPort);
    if (tickTime.compareTo(Duration.ofMillis(4)) < 0) {
      throw new IllegalArgumentException("tickTime must be at least 4 ms, not " + tickTime);
    }
    observers = List.copyOf(observers);
    env =
        env.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> Map.copyOf(e.getValue())));
  }

  private static void requirePort(String what, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(what + " must be 0 to 65535, not " + port);
    }
  }

  /** Returns options for a node without a network. */
  public static NodeOptions local() {
    return builder(NO_NAME).build();
  }

  /** Begins options for a node called {@code name@host}. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** Tells whether the node is to be on a network. */
  public boolean distributed() {
    return !name.equals(NO_NAME);
  }

  /**
   * Tells whether the node gets its name from a peer: {@code erl -name undefined@host}. It is
   * called {@code nonode@nohost} until the first connection that it makes, whose peer gives it a
   * name on its host and a creation. Those last as long as that connection: when it ends, so do all
   * others, and the next one brings another name. The node listens nowhere, EPMD does not know it,
   * and it is hidden: a guest of its peers, who know it while it is there.
   */
  public boolean dynamic() {
    return name.startsWith(TO_BE_NAMED);
  }

  /** Returns the part of the name before the @, as EPMD knows it. */
  public String shortName() {
    return name.substring(0, name.indexOf('@'));
  }

  /** Returns the part of the name after the @. */
  public String host() {
    return name.substring(name.indexOf('@') + 1);
  }

  /** Leaves out the cookie. */
  @Override
  public String toString() {
    return "NodeOptions[" + name + (hidden ? ", hidden" : ", published") + ", port " + port + "]";
  }

  /** Collects options; each setter returns this. */
  public static final class Builder {
    private final String name;
    private String cookie = "";
    private boolean hidden;
    private int port;
    private int epmdPort = defaultEpmdPort();
    private Duration tickTime = Duration.ofSeconds(60);
    private int maxProcesses = DEFAULT_MAX_PROCESSES;
    private int maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
    private @Nullable Path systemLogs;
    private @Nullable Consumer<String> output;
    private final Map<String, Map<String, Object>> env = new HashMap<>();
    private final List<Observer> observers = new ArrayList<>();
    private @Nullable NetworkProvider networkProvider;
    private int carriers;
    private @Nullable Seams seams;
    private @Nullable StartGate startGate;

    private Builder(String name) {
      this.name = name;
    }

    public Builder cookie(String cookie) {
      this.cookie = cookie;
      return this;
    }

    public Builder hidden(boolean hidden) {
      this.hidden = hidden;
      return this;
    }

    public Builder port(int port) {
      this.port = port;
      return this;
    }

    public Builder epmdPort(int epmdPort) {
      this.epmdPort = epmdPort;
      return this;
    }

    public Builder tickTime(Duration tickTime) {
      this.tickTime = tickTime;
      return this;
    }

    public Builder maxProcesses(int maxProcesses) {
      this.maxProcesses = maxProcesses;
      return this;
    }

    public Builder maxMessageBytes(int maxMessageBytes) {
      this.maxMessageBytes = maxMessageBytes;
      return this;
    }

    public Builder systemLogs(Path directory) {
      this.systemLogs = directory;
      return this;
    }

    public Builder output(Consumer<String> output) {
      this.output = output;
      return this;
    }

    /** Adds a value of the configuration of an application. */
    public Builder env(String application, String key, Object value) {
      env.computeIfAbsent(application, _ -> new HashMap<>()).put(key, value);
      return this;
    }

    /** Adds values of the configuration of an application. */
    public Builder env(String application, Map<String, ?> values) {
      values.forEach((key, value) -> env(application, key, value));
      return this;
    }

    /** Adds one who sees what happens on the node. */
    public Builder observer(Observer observer) {
      observers.add(observer);
      return this;
    }

    public Builder networkProvider(NetworkProvider networkProvider) {
      this.networkProvider = networkProvider;
      return this;
    }

    public Builder carriers(int carriers) {
      this.carriers = carriers;
      return this;
    }

    public Builder seams(Seams seams) {
      this.seams = seams;
      return this;
    }

    public Builder startGate(StartGate startGate) {
      this.startGate = startGate;
      return this;
    }

    public NodeOptions build() {
      return new NodeOptions(
          name,
          cookie,
          hidden,
          port,
          epmdPort,
          tickTime,
          maxProcesses,
          maxMessageBytes,
          systemLogs,
          output,
          env,
          observers,
          networkProvider,
          carriers,
          seams,
          startGate);
    }

    private static int defaultEpmdPort() {
      String set = System.getenv("ERL_EPMD_PORT");
      if (set == null || set.isBlank()) {
        return DEFAULT_EPMD_PORT;
      }
      try {
        return Integer.parseInt(set.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "ERL_EPMD_PORT must be a port number, not \"" + set + "\"", e);
      }
    }
  }
}
