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
final class FarProcess implements AutoCloseable {
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

  /** Starts a Weft node with the flags of this JVM. */
  static FarProcess weft(String name, int epmdPort, Link link) throws IOException {
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    var command =
        new ArrayList<>(JvmCommand.of(flags, FarEnd.class, name, Integer.toString(epmdPort)));
    command.addAll(link.arguments());
    return new FarProcess(name, command, epmdPort);
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
  String node() {
    return node;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
