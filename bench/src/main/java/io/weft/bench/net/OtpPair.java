package io.weft.bench.net;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.ErlangModule;
import io.weft.bench.compare.PortMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two Erlang nodes, the near one being the worker, with a port mapper of their own.
 *
 * @param tls whether they speak TLS; then they have the rows about it, and no others
 */
public record OtpPair(String name, boolean tls) implements Contestant {
  private static final String NEAR = "near_otp@" + NetRows.HOST;
  private static final String FAR = "far_otp@" + NetRows.HOST;

  @Override
  public @Nullable String missing() {
    return ErlangModule.missing(name);
  }

  @Override
  public List<String> command(List<String> jvmFlags) throws IOException {
    String compiled =
        ErlangModule.compile(NetRows.class, "otp_net_worker", "otp_net_far").toString();
    int epmdPort = PortMapper.start(NetRows.HOST);
    var command = new ArrayList<String>();
    command.addAll(List.of("env", "ERL_EPMD_PORT=" + epmdPort));
    command.addAll(List.of("erl", "-name", NEAR));
    command.addAll(List.of("-setcookie", NetRows.COOKIE, "-start_epmd", "false", "-noshell"));
    command.addAll(List.of("-pa", compiled));
    var worker = new ArrayList<>(List.of("-run", "otp_net_worker", "main", compiled));
    if (tls) {
      Certificates certificates = Certificates.make(NEAR, FAR);
      command.addAll(tlsArguments(certificates, NEAR));
      worker.add(certificates.erlangOptions(FAR).toString());
    }
    command.addAll(worker);
    return command;
  }

  private static List<String> tlsArguments(Certificates certificates, String node) {
    return List.of(
        "-proto_dist",
        "inet_tls",
        "-ssl_dist_optfile",
        certificates.erlangOptions(node).toString());
  }
}
