package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendingAtomCacheTest {

  private static final Atom HOT = Atom.of("hot");

  private final SendingAtomCache cache = new SendingAtomCache();
  private final ReceivingAtomCache peer = new ReceivingAtomCache();

  /** What the peer reads from the header of the current frame. */
  private List<Atom> atPeer() {
    return peer.readHeader(new WireInput("header", header()));
  }

  private ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(cache.headerSize());
    cache.writeHeader(header);
    return header.flip();
  }

  private static Atom atom(int number) {
    return Atom.of("atom" + number);
  }

  @Test
  void anAtomIsOneReferenceHoweverOftenItOccursInAFrame() {
    cache.begin();

    assertEquals(0, cache.indexOf(HOT));
    assertEquals(1, cache.indexOf(atom(1)));
    assertEquals(0, cache.indexOf(HOT));
    assertEquals(List.of(HOT, atom(1)), atPeer());
  }

  @Test
  void theTextOfAnAtomIsSentOnce() {
    cache.begin();
    cache.indexOf(HOT);
    int first = header().remaining();
    atPeer();
    cache.begin();
    cache.indexOf(HOT);

    assertEquals(first - "hot".length() - 1, header().remaining());
    assertEquals(List.of(HOT), atPeer());
  }

  @Test
  void theEmptyAtomIsNotWorthAReference() {
    cache.begin();

    assertEquals(-1, cache.indexOf(Atom.of("")));
    assertEquals(1, cache.headerSize());
  }

  @Test
  void aHeaderHolds255AtomsAndTheOthersAreWrittenInFull() {
    cache.begin();
    List<Atom> referred = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int index = cache.indexOf(atom(i));
      if (index >= 0) {
        assertEquals(referred.size(), index);
        referred.add(atom(i));
      }
    }

    assertEquals(255, referred.size());
    assertEquals(referred, atPeer());
  }

  @Test
  void aHeaderHoldsOnlySoMuchNewText() {
    cache.begin();
    int count = 0;
    while (cache.indexOf(Atom.of("x".repeat(250) + count)) >= 0) {
      count++;
    }

    assertEquals(SendingAtomCache.MAX_TEXT_BYTES / 253, count);
    assertTrue(header().remaining() <= SendingAtomCache.MAX_HEADER_BYTES);
    assertEquals(count, atPeer().size());
  }

  @Test
  void longAndShortAtomsGoTogether() {
    Atom long1 = Atom.of("日".repeat(255));
    for (int round = 0; round < 3; round++) {
      cache.begin();
      assertEquals(0, cache.indexOf(HOT));
      assertEquals(1, cache.indexOf(long1));
      assertEquals(2, cache.indexOf(atom(round)));
      assertEquals(List.of(HOT, long1, atom(round)), atPeer());
    }
  }

  @Test
  void anAtomInUseStaysWhateverElsePassesThrough() {
    for (int i = 0; i < 20_000; i++) {
      cache.begin();
      cache.indexOf(HOT);
      boolean isKnown = header().remaining() == 3;
      assertEquals(i > 0, isKnown, "frame " + i);
      cache.indexOf(atom(i));
      assertEquals(List.of(HOT, atom(i)), atPeer());
    }
  }

  @Test
  void whatAnAbandonedFrameBroughtIsNotTakenForKnown() {
    cache.begin();
    cache.indexOf(HOT);
    atPeer();
    cache.begin();
    cache.indexOf(HOT);
    cache.indexOf(atom(1));
    cache.abandon();

    cache.begin();
    assertEquals(0, cache.indexOf(atom(1)));
    assertEquals(1, cache.indexOf(HOT));
    assertEquals(List.of(atom(1), HOT), atPeer());
  }
}
