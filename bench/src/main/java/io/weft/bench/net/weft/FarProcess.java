package io.weft.bench.net.weft;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weft.bench.compare.ErlangModule;
import io.weft.bench.compare.JvmCommand;
import io.weft.bench.net.NetRows;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A far end that runs, as a process of the operating system; it ends with this one. */
public final class FarProcess implements AutoCloseable {
  private final String node;
  private final Process process;

  private FarProcess(String node, List<String> command, int epmdPort) throws IOException {
    this.node = node;
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    process = builder.start();
    String line = process.inputReader(UTF_8).readLine();
    if (!"ready".equals(line)) {
      process.destroy();
      throw new IOException("the far end " + node + " said: " + line);
    }
  }

  /** Starts a Weft node with what the rows between nodes need. */
  static FarProcess weft(String name, int epmdPort, Link link) throws IOException {
    return weft(FarEnd.class, name, epmdPort, link.arguments());
  }

  /**
   * Starts a Weft node with the flags of this JVM.
   *
   * @param main told the name, the port of the EPMD and then what {@code more} says; it must say
   *     that it is ready: {@link #readyUntilHungUp}
   */
  public static FarProcess weft(Class<?> main, String name, int epmdPort, List<String> more)
      throws IOException {
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    var command = new ArrayList<>(JvmCommand.of(flags, main, name, Integer.toString(epmdPort)));
    command.addAll(more);
    return new FarProcess(name, command, epmdPort);
  }

  /**
   * Starts what another command starts.
   *
   * @param node the name of the node that it is
   */
  public static FarProcess of(List<String> command, String node, int epmdPort) throws IOException {
    return new FarProcess(node, command, epmdPort);
  }

  /** Tells the near end, from within the far one, that it may begin, and waits until it is gone. */
  public static void readyUntilHungUp() throws IOException {
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // the near end has nothing to say; it only hangs up
    }
  }

  /** Starts an Erlang node that ends when {@code near} is gone. */
  static FarProcess otp(int epmdPort, String near) throws IOException {
    String name = "far_otp@" + NetRows.HOST;
    Path compiled = ErlangModule.compile(NetRows.class, "otp_net_far");
    return new FarProcess(
        name,
        List.of(
            "erl",
            "-name",
            name,
            "-setcookie",
            NetRows.COOKIE,
            "-start_epmd",
            "false",
            "-noinput",
            "-pa",
            compiled.toString(),
            "-run",
            "otp_net_far",
            "main",
            near),
        epmdPort);
  }

  /** Returns the name of the node. */
  public String node() {
    return node;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
