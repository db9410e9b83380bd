package io.weft.global;

import io.weft.node.NodeEvent;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
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
  enum Codec implements TermCodec<GlobalMessage> {
    INSTANCE;

    @Override
    public Term encode(GlobalMessage message) {
      if (message instanceof Foreign(Term term)) {
        return term;
      }
      throw new TermMappingException("only this node knows of " + message);
    }

    @Override
    public GlobalMessage decode(Term term) {
      return new Foreign(term);
    }

    @Override
    public Term encodeReply(GlobalMessage request, Object reply) {
      return (Term) reply;
    }

    @Override
    public Object decodeReply(GlobalMessage request, Term reply) {
      return reply;
    }
  }
}
