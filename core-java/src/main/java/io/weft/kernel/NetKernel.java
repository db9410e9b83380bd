package io.weft.kernel;

import io.weft.node.Behavior;
import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * What every node of a cluster expects to find under the name {@code net_kernel}: whoever asks
 * {@code {is_auth, Node}} is answered {@code yes}, which is what {@code net_adm:ping} waits for,
 * and waits for without a timeout. And peers of releases before 23 start processes through it.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/net_kernel.html">OTP, module net_kernel</a>
 */
final class NetKernel implements Behavior<Term> {
  private static final Atom IS_AUTH = Atom.of("is_auth");
  private static final Atom YES = Atom.of("yes");
  private static final Atom LONGNAMES = Atom.of("longnames");
  private static final Atom SPAWN = Atom.of("spawn");
  private static final Atom SPAWN_LINK = Atom.of("spawn_link");
  private static final Atom SPAWN_OPT = Atom.of("spawn_opt");
  private static final Atom LINK = Atom.of("link");

  static Blueprint<Term> blueprint() {
    return Blueprint.<Term>of("net_kernel", NetKernel::new)
        .named("net_kernel")
        .codec(TermCodec.identity())
        .trapExit();
  }

  @Override
  public void message(Self<Term> self, Term message) {
    // Peers of other releases send it notices of their own; none needs an answer.
  }

  @Override
  public void call(Self<Term> self, Term request, From from) {
    if (request instanceof Tuple tuple && tuple.isTagged(IS_AUTH, 2)) {
      from.reply(YES);
    } else if (request.equals(LONGNAMES)) {
      from.reply(Atom.of(self.node().name().name().indexOf('.') >= 0));
    } else if (!(request instanceof Tuple tuple && spawned(self, tuple, from))) {
      from.refuse("net_kernel does not know " + request);
    }
  }

  @Override
  public void info(Self<Term> self, Info info) throws Exception {
    if (!ServiceKeeper.isExit(self, info)) {
      Behavior.super.info(self, info);
    }
  }

  /**
   * Starts what was provided for other nodes: {@code {spawn | spawn_link, Module, Function,
   * Arguments, GroupLeader}} or {@code {spawn_opt, Module, Function, Arguments, Options, link |
   * nolink, GroupLeader}}. The answer is the pid, also where nothing is provided: the process then
   * ends with {@code undef}.
   */
  private static boolean spawned(Self<Term> self, Tuple request, From from) {
    boolean withOptions = request.isTagged(SPAWN_OPT, 7);
    if (!withOptions && !request.isTagged(SPAWN, 5) && !request.isTagged(SPAWN_LINK, 5)) {
      return false;
    }
    if (!(request.get(1) instanceof Atom
        && request.get(2) instanceof Atom
        && request.get(3) instanceof ListTerm
        && request.get(request.arity() - 1) instanceof Pid leader)) {
      return false;
    }
    boolean linked = withOptions ? request.get(5).equals(LINK) : request.get(0).equals(SPAWN_LINK);
    self.spawn(
        Blueprint.<Term>straightLine(
                request.get(1) + ":" + request.get(2),
                body -> run(body, request, linked, leader, from))
            .codec(TermCodec.identity()));
    return true;
  }

  private static void run(
      BlockingSelf<Term> self, Tuple request, boolean linked, Pid leader, From from)
      throws Exception {
    if (linked) {
      self.link(from.client());
    }
    from.reply(self.pid());
    self.does(() -> {
      self.self().groupLeader(leader);
      return true;
    });
    self.node().functions().apply(request.get(1), request.get(2), request.get(3), self);
  }
}
