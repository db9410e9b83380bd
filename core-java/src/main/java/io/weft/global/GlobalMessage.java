package io.weft.global;

import io.weft.node.NodeEvent;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.List;

/** What the name server of a node is told. */
sealed interface GlobalMessage {
  /** By a peer, or by a process that speaks its protocol. */
  record Foreign(Term term) implements GlobalMessage {}

  /** A node was connected or lost. */
  record OfNode(NodeEvent event) implements GlobalMessage {}

  /** A node that is to be in the cluster could not be reached, or is lost. */
  record Unreachable(Atom node) implements GlobalMessage {}

  /** The names of both partitions were compared. */
  record Compared(Dance dance, List<NameOp> ours, List<NameOp> both) implements GlobalMessage {}

  /** What is foreign is a term, and all answers are. */
  TermCodec<GlobalMessage> CODEC = TermCodec.foreign(Foreign.class, Foreign::new, Foreign::term);
}
