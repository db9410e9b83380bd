package io.weft.bench.net;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.ErlangModule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two Erlang nodes, the near one being the worker, with a port mapper of their own. */
public record OtpPair(String name) implements Contestant {
  @Override
  public @Nullable String missing() {
    return ErlangModule.missing(name);
  }

  @Override
  public List<String> command(List<String> jvmFlags) throws IOException {
    String compiled =
        ErlangModule.compile(NetRows.class, "otp_net_worker", "otp_net_far").toString();
    int epmdPort = startEpmd();
    var command = new ArrayList<String>();
    command.addAll(List.of("env", "ERL_EPMD_PORT=" + epmdPort));
    command.addAll(List.of("erl", "-name", "near_otp@" + NetRows.HOST));
    command.addAll(List.of("-setcookie", NetRows.COOKIE, "-start_epmd", "false", "-noshell"));
    command.addAll(List.of("-pa", compiled, "-run", "otp_net_worker", "main", compiled));
    return command;
  }

  /** Runs a port mapper until this JVM ends. */
  private static int startEpmd() throws IOException {
    int port = freePort();
    Process epmd =
        new ProcessBuilder("epmd", "-port", Integer.toString(port), "-address", NetRows.HOST)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(epmd::destroy));
    return port;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
