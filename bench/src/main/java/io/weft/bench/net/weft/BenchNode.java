package io.weft.bench.net.weft;

import io.weft.bench.net.Certificates;
import io.weft.bench.net.NetRows;
import io.weft.dist.DistNetworkProvider;
import io.weft.dist.DistOptions;
import io.weft.dist.tls.TlsIdentity;
import io.weft.dist.tls.TlsOptions;
import io.weft.dist.tls.TlsTrust;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import org.jspecify.annotations.Nullable;

/** The nodes of both ends. */
final class BenchNode {
  private BenchNode() {}

  /**
   * Starts a node.
   *
   * @param epmdPort 0 for an EPMD of its own
   * @param certificates null for a node without TLS
   */
  static Node start(String name, int epmdPort, @Nullable Certificates certificates) {
    var options = NodeOptions.builder(name).cookie(NetRows.COOKIE).epmdPort(epmdPort);
    if (certificates != null) {
      options.networkProvider(
          new DistNetworkProvider(DistOptions.builder().tls(tls(name, certificates)).build()));
    }
    return Node.start(options.build());
  }

  private static TlsOptions tls(String name, Certificates certificates) {
    return TlsOptions.builder()
        .identity(TlsIdentity.pem(certificates.chain(name), certificates.key(name)))
        .trust(TlsTrust.pem(certificates.authority()))
        .protocols("TLSv1.3")
        .build();
  }
}
