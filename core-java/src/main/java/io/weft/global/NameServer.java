package io.weft.global;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.NodeEvent;
import io.weft.node.NodeKind;
import io.weft.node.Self;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The process {@code global_name_server} of a node: takes what others of its kind and their clients
 * send, and hands it to those who know.
 *
 * <p>What is not of the protocol is a line in the log. Nothing a peer sends ends this process.
 */
final class NameServer implements Behavior<GlobalMessage> {
  private final NameTable names;
  private final Comparison comparison;
  private final LockTable locks = new LockTable();
  private @Nullable Protocol protocol;

  NameServer(NameTable names, Comparison comparison) {
    this.names = names;
    this.comparison = comparison;
  }

  static Blueprint<GlobalMessage> blueprint(NameTable names, Comparison comparison) {
    return Blueprint.<GlobalMessage>of(Words.SERVER.name(), () -> new NameServer(names, comparison))
        .named(Words.SERVER.name())
        .codec(GlobalMessage.CODEC)
        .trapExit(); // as OTP's: who links with it does not take it along
  }

  @Override
  public void start(Self<GlobalMessage> self) {
    protocol = new Protocol(self, names, locks, comparison);
    self.monitorNodes(NodeKind.CONNECTED, GlobalMessage.OfNode::new);
  }

  private Protocol protocol() {
    return Objects.requireNonNull(protocol);
  }

  @Override
  public void message(Self<GlobalMessage> self, GlobalMessage message) {
    switch (message) {
      case GlobalMessage.Foreign(Term term) -> foreign(self, term);
      case GlobalMessage.OfNode(NodeEvent event) -> protocol().onNode(event);
      case GlobalMessage.Unreachable(Atom node) -> protocol().unreachable(node);
      case GlobalMessage.Compared(Dance dance, List<NameOp> ours, List<NameOp> both) ->
          protocol().partition.onCompared(dance, ours, both);
    }
  }

  private void foreign(Self<GlobalMessage> self, Term term) {
    try {
      if (!(term instanceof Tuple tuple) || !protocol().take(tuple)) {
        self.warn("dropped {}: it is not of global's protocol", term);
      }
    } catch (TermMappingException malformed) {
      self.warn("dropped {}: {}", term, String.valueOf(malformed.getMessage()));
    }
  }

  @Override
  public void call(Self<GlobalMessage> self, GlobalMessage message, From from) {
    Term request = message instanceof GlobalMessage.Foreign(Term term) ? term : ListTerm.NIL;
    try {
      if (!(request instanceof Tuple tuple
          ? protocol().serve(tuple, from)
          : serve((Atom) request, from))) {
        from.refuse("global_name_server does not know " + request);
      }
    } catch (TermMappingException | ClassCastException malformed) {
      from.refuse(String.valueOf(malformed.getMessage()));
    }
  }

  private boolean serve(Atom request, From from) {
    Partition partition = protocol().partition;
    if (request.equals(Words.GET_KNOWN)) {
      from.reply(partition.knownNames());
    } else if (request.equals(Words.GET_SYNCED)) {
      from.reply(new ListTerm(List.<Term>copyOf(partition.synced())));
    } else if (request.equals(Words.GET_PROTOCOL_VERSION)) {
      from.reply(IntTerm.of(Partition.VERSION));
    } else if (request.equals(Words.GET_NAMES_EXT)) {
      from.reply(ListTerm.NIL);
    } else if (request.equals(Words.HIGH_LEVEL_TRACE_GET)) {
      from.reply(Words.NO_TRACE);
    } else {
      return false;
    }
    return true;
  }

  @Override
  public void info(Self<GlobalMessage> self, Info info) {
    if (info instanceof Info.Down down && !names.onDown(self, down.monitor())) {
      locks.onDown(down.monitor());
    } else if (info instanceof Info.Exit exit && exit.from().equals(self.parent())) {
      self.stop(exit.reason());
    }
  }

  @Override
  public void ended(Self<GlobalMessage> self, ExitReason reason) {
    protocol().partition.close();
  }
}
