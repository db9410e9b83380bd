package io.weft.bench.net;

import io.weft.bench.compare.TemporaryFiles;
import io.weft.dist.tls.CertificateAuthority;
import io.weft.dist.tls.TlsCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Keys and certificates of two nodes, each of which checks the other's, as files. */
public record Certificates(Path directory) {
  /** Makes them; they are deleted with this JVM. */
  public static Certificates make(String near, String far) throws IOException {
    Path directory = TemporaryFiles.directory();
    var certificates = new Certificates(directory);
    CertificateAuthority authority = CertificateAuthority.create("bench", Instant.now());
    Files.writeString(certificates.authority(), authority.getCredentials().chainPem());
    certificates.write(near, authority.issue(near, Instant.now()));
    certificates.write(far, authority.issue(far, Instant.now()));
    return certificates;
  }

  private void write(String node, TlsCredentials credentials) throws IOException {
    Files.writeString(chain(node), credentials.chainPem());
    Files.writeString(key(node), credentials.keyPem());
    String files =
        "{certfile, \"%s\"}, {keyfile, \"%s\"}, {cacertfile, \"%s\"}, {verify, verify_peer}, {versions, ['tlsv1.3']}"
            .formatted(chain(node), key(node), authority());
    Files.writeString(
        erlangOptions(node),
        "[{server, [%1$s, {fail_if_no_peer_cert, true}]}, {client, [%1$s]}].\n".formatted(files));
  }

  /** Returns the file with the certificate that has signed all others. */
  public Path authority() {
    return directory.resolve("authority.pem");
  }

  /** Returns the file with the certificate of a node. */
  public Path chain(String node) {
    return directory.resolve(node + ".pem");
  }

  /** Returns the file with the key of a node. */
  public Path key(String node) {
    return directory.resolve(node + ".key");
  }

  /** Returns the file that {@code -ssl_dist_optfile} takes. */
  public Path erlangOptions(String node) {
    return directory.resolve(node + ".conf");
  }
}
