package io.weft.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port mapper of Erlang's, for the nodes of one contestant. */
public final class PortMapper {
  private PortMapper() {}

  /**
   * Runs one until this JVM ends.
   *
   * @return its port
   */
  public static int start(String host) throws IOException {
    int port = freePort();
    Process epmd =
        new ProcessBuilder("epmd", "-port", Integer.toString(port), "-address", host)
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
