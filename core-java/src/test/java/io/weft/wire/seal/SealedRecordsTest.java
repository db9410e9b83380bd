package io.weft.wire.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.wire.WireException;
import io.weft.wire.seal.Unsealer.Opened;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is sealed opens once, whole, in order, and with the right key only. */
class SealedRecordsTest {

  private static SealKeys[] pair(SealLimits limits) {
    SealPair pair = new SealPair();
    pair.limits = limits;
    pair.agree();
    return new SealKeys[] {pair.ofA, pair.ofC};
  }

  private static ByteBuffer seal(Sealer sealer, byte[] plain) {
    ByteBuffer out = ByteBuffer.allocate(plain.length + Sealer.MAX_OVERHEAD_BYTES);
    sealer.seal(ByteBuffer.wrap(plain), out);
    return out.flip();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Opens all that is there in full; the bytes of it. */
  private static byte[] openAll(Unsealer unsealer, ByteBuffer records) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteBuffer into = ByteBuffer.allocate(Sealer.MAX_PLAIN_BYTES);
    while (true) {
      switch (unsealer.open(records, into.clear())) {
        case INCOMPLETE, END -> {
          return plain.toByteArray();
        }
        case DATA -> plain.write(into.array(), 0, into.position());
        case KEY_CHANGED -> {}
        case NO_ROOM -> throw new IllegalStateException("there is room");
      }
    }
  }

  @Test
  void bytesOfAllSizesArriveWhateverPiecesTheyComeIn() {
    Random random = new Random(1);
    for (int round = 0; round < 50; round++) {
      SealKeys[] pair = pair(new SealLimits(1 + random.nextInt(20), 1 + random.nextInt(100_000)));
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      ByteBuffer wire = ByteBuffer.allocate(2 << 20);
      for (int i = 0; i < 40; i++) {
        byte[] plain = new byte[1 + random.nextInt(i % 8 == 0 ? Sealer.MAX_PLAIN_BYTES : 100)];
        random.nextBytes(plain);
        sent.writeBytes(plain);
        pair[0].sealer().seal(ByteBuffer.wrap(plain), wire);
      }
      pair[0].sealer().end(wire);
      wire.flip();
      ByteArrayOutputStream came = new ByteArrayOutputStream();
      int end = wire.limit();
      while (wire.position() < end) {
        wire.limit(Math.min(end, wire.limit() == end ? random.nextInt(50) : wire.limit() + 777));
        came.writeBytes(openAll(pair[1].unsealer(), wire));
      }
      assertTrue(java.util.Arrays.equals(sent.toByteArray(), came.toByteArray()));
      assertEquals(pair[0].sealer().keysUsedUp(), pair[1].unsealer().keysUsedUp());
    }
  }

  @Test
  void theKeyChangesAfterAsManyRecordsAndBytesAsItIsFor() {
    SealKeys[] records = pair(new SealLimits(10, 1 << 20));
    for (int i = 0; i < 91; i++) {
      openAll(records[1].unsealer(), seal(records[0].sealer(), bytes("x")));
    }
    assertEquals(10, records[1].unsealer().keysUsedUp()); // nine of data, and one that tells
    SealKeys[] bytes = pair(new SealLimits(1 << 20, 1000));
    for (int i = 0; i < 100; i++) {
      openAll(bytes[1].unsealer(), seal(bytes[0].sealer(), new byte[100]));
    }
    assertEquals(9, bytes[1].unsealer().keysUsedUp());
  }

  @Test
  void theSamePlainBytesNeverLookTheSame() {
    SealKeys[] pair = pair(new SealLimits(3, 1 << 20));
    List<ByteBuffer> seen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ByteBuffer record = seal(pair[0].sealer(), bytes("the same again"));
      assertFalse(seen.contains(record));
      seen.add(record);
    }
  }

  @Test
  void noBitOfARecordCanBeChanged() {
    ByteBuffer record = seal(pair(SealLimits.DEFAULT)[0].sealer(), bytes("a payload"));
    for (int bit = 0; bit < record.remaining() * 8; bit++) {
      byte[] changed = new byte[record.remaining()];
      record.get(0, changed);
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      Unsealer unsealer = pair(SealLimits.DEFAULT)[1].unsealer();
      ByteBuffer into = ByteBuffer.allocate(100);
      try {
        // a greater size makes it one that is not there in full
        assertEquals(Opened.INCOMPLETE, unsealer.open(ByteBuffer.wrap(changed), into));
        assertTrue(bit < 24);
      } catch (WireException expected) {
        assertThrows(IllegalStateException.class, () -> unsealer.open(record, into));
      }
      assertEquals(0, into.position());
    }
  }

  @Test
  void recordsCannotBeRepeatedLeftOutOrExchanged() {
    Random random = new Random(2);
    for (int round = 0; round < 200; round++) {
      SealKeys[] pair = pair(new SealLimits(5, 1 << 20));
      List<ByteBuffer> records = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        // each with the one that tells of a new key, if it is time
        records.add(seal(pair[0].sealer(), bytes("record " + i)));
      }
      List<ByteBuffer> changed = new ArrayList<>(records);
      int at = random.nextInt(19);
      switch (round % 3) {
        case 0 -> changed.add(at + 1 + random.nextInt(19 - at), records.get(at));
        case 1 -> changed.remove(at);
        default -> Collections.swap(changed, at, at + 1);
      }
      assertThrows(
          WireException.class,
          () -> changed.forEach(record -> openAll(pair[1].unsealer(), record.duplicate())));
    }
  }

  @Test
  void nothingFollowsTheEnd() {
    SealKeys[] pair = pair(SealLimits.DEFAULT);
    ByteBuffer end = ByteBuffer.allocate(100);
    pair[0].sealer().end(end);
    assertThrows(IllegalStateException.class, () -> seal(pair[0].sealer(), bytes("more")));
    assertThrows(IllegalStateException.class, () -> pair[0].sealer().end(end));
    end.flip();
    ByteBuffer none = ByteBuffer.allocate(0);
    assertEquals(Opened.END, pair[1].unsealer().open(end.duplicate(), none));
    assertThrows(WireException.class, () -> pair[1].unsealer().open(end, none));
  }

  @Test
  void aRecordWithoutRoomStaysWhereItIs() {
    SealKeys[] pair = pair(SealLimits.DEFAULT);
    ByteBuffer record = seal(pair[0].sealer(), new byte[50]);
    assertEquals(Opened.NO_ROOM, pair[1].unsealer().open(record, ByteBuffer.allocate(49)));
    assertEquals(Opened.DATA, pair[1].unsealer().open(record, ByteBuffer.allocate(50)));
  }

  @Test
  void anyBytesAreARecordInPartOrAWireException() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      Unsealer unsealer = new Unsealer(SealPair.key(i));
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (bytes.length > 2) {
        bytes[0] = (byte) random.nextInt(5);
        bytes[1] = 0;
      }
      ByteBuffer into = ByteBuffer.allocate(100);
      try {
        assertEquals(Opened.INCOMPLETE, unsealer.open(ByteBuffer.wrap(bytes), into));
      } catch (WireException expected) {
        assertEquals(0, into.position());
      }
    }
  }

  @Test
  void recordsOfASizeThatCannotBeAreRefused() {
    SealKeys[] pair = pair(SealLimits.DEFAULT);
    ByteBuffer out = ByteBuffer.allocate(100_000);
    assertThrows(
        IllegalArgumentException.class, () -> pair[0].sealer().seal(ByteBuffer.allocate(0), out));
    assertThrows(
        IllegalArgumentException.class,
        () -> pair[0].sealer().seal(ByteBuffer.allocate(Sealer.MAX_PLAIN_BYTES + 1), out));
    assertThrows(IllegalArgumentException.class, () -> new SealLimits(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new SealLimits(1L << 25, 1));
  }
}
