package io.weft.bench.net.weft;

import io.weft.bench.net.Certificates;
import io.weft.dist.DistOptions;
import io.weft.dist.compression.CompressionOptions;
import io.weft.dist.tls.TlsIdentity;
import io.weft.dist.tls.TlsOptions;
import io.weft.dist.tls.TlsTrust;
import java.nio.file.Path;
import java.util.List;

/** How two nodes talk; both ends are told the same. */
sealed interface Link {

  /** Over TCP, as between two machines. */
  record Plain() implements Link {}

  /** Over TLS, each side checking the other's certificate. */
  record Tls(Certificates certificates) implements Link {}

  /** Compressed by default. */
  record Compressed() implements Link {}

  /** What {@link #arguments} gave. */
  static Link of(List<String> arguments) {
    if (arguments.isEmpty()) {
      return new Plain();
    }
    return arguments.getFirst().equals("compressed")
        ? new Compressed()
        : new Tls(new Certificates(Path.of(arguments.get(1))));
  }

  /** Tells another program. */
  default List<String> arguments() {
    return switch (this) {
      case Plain() -> List.of();
      case Tls(Certificates certificates) -> List.of("tls", certificates.directory().toString());
      case Compressed() -> List.of("compressed");
    };
  }

  /** The options of the node {@code name}. */
  default DistOptions options(String name) {
    return switch (this) {
      case Plain() -> DistOptions.builder().nearby(false).build();
      case Tls(Certificates certificates) ->
          DistOptions.builder().nearby(false).tls(tls(name, certificates)).build();
      case Compressed() ->
          DistOptions.builder()
              .nearby(false)
              .compression(CompressionOptions.builder().build())
              .build();
    };
  }

  private static TlsOptions tls(String name, Certificates certificates) {
    return TlsOptions.builder()
        .identity(TlsIdentity.pem(certificates.chain(name), certificates.key(name)))
        .trust(TlsTrust.pem(certificates.authority()))
        .protocols("TLSv1.3")
        .build();
  }
}
