package io.weft.etf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.term.IntTerm;
import io.weft.term.PortableHash;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import io.weft.term.Tuple;
import io.weft.term.testing.TermGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The codec, the syntax and the order against a running Erlang/OTP. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ErlangPeerTest {

  private static final int TERMS = 3000;

  /** Tags that OTP keeps to itself but takes from anyone, as pointers: they could crash it. */
  private static final String INTERNAL_TAGS = "IJKL";

  private static ErlangPeer peer;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(ErlangPeer.isInstalled(), "Erlang/OTP is not installed: no erl on the PATH");
    peer = ErlangPeer.start();
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (peer != null) {
      peer.close();
    }
  }

  @Test
  void otpReadsWhatIsWrittenAndWritesTheSameBytes() throws IOException {
    TermGenerator generator = TermGenerator.seeded(1);
    for (int i = 0; i < TERMS; i++) {
      Term term = generator.next();
      byte[] echo = peer.echo(Etf.encode(term));
      assertEquals((byte) 131, echo[0], () -> new String(echo, UTF_8) + ": " + term);
      Term back = Etf.decode(echo);
      assertEquals(term, back);
      assertArrayEquals(
          echo, Etf.encode(back), term::toString); // OTP's order of map entries is kept
    }
  }

  @Test
  void otpReadsCompressedTerms() throws IOException {
    TermGenerator generator = TermGenerator.seeded(2);
    for (int i = 0; i < TERMS / 10; i++) {
      Term term = generator.next();
      assertEquals(term, Etf.decode(peer.echo(Etf.encodeCompressed(term, 1 + i % 9))));
    }
  }

  @Test
  void termsPrintedByOtpAreParsed() throws IOException {
    TermGenerator generator = TermGenerator.ofLiterals(3);
    for (int i = 0; i < TERMS; i++) {
      Term term = generator.next();
      assertEquals(term, Term.parse(peer.print(term)));
      assertEquals(term, Term.parse(peer.write(term)));
    }
  }

  @Test
  void termsPrintedHereAreParsedByOtp() throws IOException {
    TermGenerator generator = TermGenerator.ofLiterals(4);
    for (int i = 0; i < TERMS; i++) {
      Term term = generator.next();
      assertEquals(term, peer.parse(term.toString()));
    }
  }

  @Test
  void floatsAndAtomsArePrintedAsOtpWould() throws IOException {
    TermGenerator generator = TermGenerator.seeded(5);
    for (int i = 0; i < TERMS; i++) {
      Term number = generator.flt();
      assertEquals(peer.write(number), number.toString());
    }
  }

  @Test
  void theOrderIsThatOfOtp() throws IOException {
    TermGenerator generator = TermGenerator.seeded(6);
    for (int i = 0; i < TERMS; i++) {
      Term a = generator.next();
      Term b = generator.next();
      assertSameOrder(a, b);
      assertSameOrder(generator.integer(), generator.flt());
      assertSameOrder(generator.atom(), generator.atom());
      assertSameOrder(generator.pid(), generator.pid());
      assertSameOrder(generator.reference(), generator.reference());
      assertSameOrder(Tuple.of(a, b), Tuple.of(a, a));
    }
  }

  private static void assertSameOrder(Term a, Term b) throws IOException {
    String otp = peer.compare(Tuple.of(a, b));
    char order = "<=>".charAt(1 + Integer.signum(TermOrder.INSTANCE.compare(a, b)));
    assertEquals(otp.charAt(0), order, () -> a + " and " + b);
    assertTrue(!a.equals(b) || otp.endsWith("true"), () -> a + " and " + b);
  }

  @Test
  void brokenBytesAreJudgedAsOtpDoes() throws IOException {
    TermGenerator generator = TermGenerator.seeded(7);
    Random random = new Random(7);
    int accepted = 0;
    for (int i = 0; i < 2 * TERMS; i++) {
      byte[] bytes = Etf.encode(generator.next());
      if (bytes.length > 2000) {
        continue;
      }
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = 1 + random.nextInt(bytes.length - 1);
        int value = random.nextBoolean() ? random.nextInt() : bytes[at] + random.nextInt(3);
        bytes[at] = (byte) (INTERNAL_TAGS.indexOf((char) (value & 0xff)) < 0 ? value : 0);
      }
      Verdict here = judge(bytes);
      if (here.problem.contains("is not a pid") || here.problem.contains("arity")) {
        continue; // OTP 25 takes a port for the pid of a fun and at times crashes, and any arity
      }
      byte[] otp = peer.echoIfValid(bytes);
      String hex = HexFormat.of().formatHex(bytes);
      assertEquals(otp.length > 0, here.term != null, () -> hex + " " + here.problem);
      if (here.term != null) {
        assertEquals(Etf.decode(otp), here.term, hex);
        accepted++;
      }
    }
    assertTrue(accepted > TERMS / 10, "only " + accepted + " were still terms");
  }

  private record Verdict(@Nullable Term term, String problem) {}

  private static Verdict judge(byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new Verdict(new EtfDecoder(buffer, DecodeLimits.DEFAULT).versioned(), "");
    } catch (EtfException e) {
      return new Verdict(null, String.valueOf(e.getMessage()));
    }
  }

  @Test
  void hashesAreThoseOfPhash2() throws IOException {
    Random random = new Random(9);
    for (long seed = 50; seed < 54; seed++) {
      TermGenerator generator = TermGenerator.seeded(seed);
      for (int i = 0; i < TERMS; i++) {
        Term term = generator.next();
        long range = random.nextBoolean() ? PortableHash.MAX_RANGE : 1 + random.nextInt(1000);
        Tuple expected = (Tuple) peer.hash(Tuple.of(term, IntTerm.of(range)));
        Tuple hashes =
            Tuple.of(
                IntTerm.of(PortableHash.phash2(term)),
                IntTerm.of(PortableHash.phash2(term, range)));
        assertEquals(expected, hashes, () -> range + ": " + term.abbreviate(2000));
      }
    }
  }
}
