package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReferencesTest {
  private static final Atom NAME = Atom.of("n@h");

  @Test
  void noneRepeatsAndEachLeadsBackToItsOwner() {
    Set<Reference> made = new HashSet<>();
    var random = new Random(3);
    for (int p = 0; p < 200; p++) {
      var owner = new Pid(NAME, random.nextInt(), random.nextInt(), random.nextInt());
      for (int shift = 0; shift < 63; shift++) { // numbers of every magnitude
        for (long number : new long[] {1L << shift, (1L << shift) + 1, Long.MAX_VALUE >>> shift}) {
          Reference reference = References.next(owner, number);
          assertEquals(owner, References.ownerOf(reference, NAME));
          assertTrue((reference.word(0) & ~0x3ffff) == 0, "the first word keeps to 18 bits");
          made.add(reference);
        }
      }
      assertEquals((p + 1) * distinctNumbers(), made.size());
    }
  }

  private static int distinctNumbers() {
    Set<Long> numbers = new HashSet<>();
    for (int shift = 0; shift < 63; shift++) {
      numbers.addAll(Set.of(1L << shift));
      numbers.add((1L << shift) + 1);
      numbers.add(Long.MAX_VALUE >>> shift);
    }
    return numbers.size();
  }

  @Test
  void aReferenceOfSomebodyElseHasNoOwnerHere() {
    var owner = new Pid(NAME, 5, 6, 7);
    assertNull(References.ownerOf(References.next(owner, 1), Atom.of("m@h")));
    assertNull(References.ownerOf(Reference.of(NAME, 7, 1, 2), NAME), "none of a process");
  }

  @Test
  void aPeerThatGivesBackThreeWordsMeansTheWhole() {
    var owner = new Pid(NAME, 5, 6, 7);
    Reference first = References.next(owner, 1);
    Reference late = References.next(owner, (1L << 18) + 2);
    Reference later = References.next(owner, (5L << 50) + 3);
    assertEquals(3, first.wordCount());
    Map<Reference, String> keys = Map.of(first, "first", late, "late", later, "later");
    for (Reference whole : keys.keySet()) {
      Reference cut = Reference.of(NAME, 7, whole.word(0), whole.word(1), whole.word(2));
      assertEquals(whole, References.meant(cut, keys));
      assertEquals(owner, References.ownerOf(cut, NAME));
    }
    Reference unknown = References.next(owner, 9);
    assertEquals(unknown, References.meant(unknown, keys));
  }

  @Test
  void aProcessNeverRepeatsOneNorDoesItsSuccessor() {
    try (var test = new TestNode()) {
      Set<Reference> made = new HashSet<>();
      for (int life = 0; life < 5; life++) {
        TestNode.Actor actor = test.actor();
        for (int i = 0; i < 10; i++) {
          assertTrue(made.add(actor.does(self -> self.alias(AliasMode.REPLY))));
        }
        actor.run(self -> self.stop(ExitReason.NORMAL));
        actor.endsWith();
      }
    }
  }
}
