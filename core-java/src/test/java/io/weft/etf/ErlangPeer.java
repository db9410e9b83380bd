package io.weft.etf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.weft.term.Term;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Erlang runtime as its own process, asked over its standard input and output. */
final class ErlangPeer implements AutoCloseable {

  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;

  private ErlangPeer(Process process) {
    this.process = process;
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Whether {@code erl} is on the PATH. */
  static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> new File(directory, "erl").canExecute());
  }

  static ErlangPeer start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("erl", "-noinput", "-eval", program());
    builder.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new ErlangPeer(builder.start());
  }

  private static String program() throws IOException {
    try (InputStream file = ErlangPeer.class.getResourceAsStream("/erlang/etf_peer.erl")) {
      return new String(requireNonNull(file).readAllBytes(), UTF_8);
    }
  }

  /** Decodes and encodes again; atoms in UTF-8. */
  byte[] echo(byte[] bytes) throws IOException {
    return ask('e', bytes);
  }

  /** As {@link #echo}; empty if OTP says that the bytes are no term. */
  byte[] echoIfValid(byte[] bytes) throws IOException {
    return ask('v', bytes);
  }

  /** The text of {@code ~0tp}. */
  String print(Term term) throws IOException {
    return new String(ask('t', Etf.encode(term)), UTF_8);
  }

  /** The text of {@code ~tw}. */
  String write(Term term) throws IOException {
    return new String(ask('w', Etf.encode(term)), UTF_8);
  }

  /** The term of a text without calls. */
  Term parse(String text) throws IOException {
    return Etf.decode(ask('p', text.getBytes(UTF_8)));
  }

  /** The order of the elements of a pair as '&lt;', '=' or '&gt;', then whether they are =:=. */
  String compare(Term pair) throws IOException {
    return new String(ask('c', Etf.encode(pair)), UTF_8);
  }

  /** {@code {phash2(Term), phash2(Term, Range)}} of a pair. */
  Term hash(Term pair) throws IOException {
    return Etf.decode(ask('h', Etf.encode(pair)));
  }

  private byte[] ask(char request, byte[] bytes) throws IOException {
    out.writeInt(1 + bytes.length);
    out.writeByte(request);
    out.write(bytes);
    out.flush();
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    return answer;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    out.close();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
