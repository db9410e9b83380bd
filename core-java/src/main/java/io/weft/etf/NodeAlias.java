package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;

/**
 * A node that its peers know by another name than its own processes do: one whose name was given to
 * it when its processes had pids already. On the way out what bears the inner name gets the outer
 * one, and on the way in the other way round, as in OTP, where the pid of a process of the node
 * itself holds no name at all. What bears the outer name with another creation belongs to a former
 * life of the name and stays what it is.
 *
 * @param inner the node in its own pids, references and ports
 * @param innerCreation their creation
 * @param outer the node as its peers know it
 * @param outerCreation the creation that goes with that
 */
public record NodeAlias(Atom inner, int innerCreation, Atom outer, int outerCreation) {

  boolean isInner(Atom node, int creation) {
    return creation == innerCreation && node.equals(inner);
  }

  boolean isOuter(Atom node, int creation) {
    return creation == outerCreation && node.equals(outer);
  }

  Pid outwards(Pid pid) {
    return isInner(pid.node(), pid.creation())
        ? new Pid(outer, pid.id(), pid.serial(), outerCreation)
        : pid;
  }

  Pid inwards(Pid pid) {
    return isOuter(pid.node(), pid.creation())
        ? new Pid(inner, pid.id(), pid.serial(), innerCreation)
        : pid;
  }

  Port outwards(Port port) {
    return isInner(port.node(), port.creation()) ? new Port(outer, port.id(), outerCreation) : port;
  }

  Port inwards(Port port) {
    return isOuter(port.node(), port.creation()) ? new Port(inner, port.id(), innerCreation) : port;
  }

  Reference outwards(Reference reference) {
    return isInner(reference.node(), reference.creation())
        ? moved(reference, outer, outerCreation)
        : reference;
  }

  Reference inwards(Reference reference) {
    return isOuter(reference.node(), reference.creation())
        ? moved(reference, inner, innerCreation)
        : reference;
  }

  private static Reference moved(Reference reference, Atom node, int creation) {
    int[] words = new int[reference.wordCount()];
    for (int i = 0; i < words.length; i++) {
      words[i] = reference.word(i);
    }
    return Reference.of(node, creation, words);
  }
}
