package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * What every node of a cluster expects to find under the name {@code net_kernel}: whoever asks
 * {@code {is_auth, Node}} is answered {@code yes}, which is what {@code net_adm:ping} waits for,
 * and waits for without a timeout.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/net_kernel.html">OTP, module net_kernel</a>
 */
final class NetKernel implements Behavior<Term> {
  private static final Atom IS_AUTH = Atom.of("is_auth");
  private static final Atom YES = Atom.of("yes");

  static Blueprint<Term> blueprint() {
    return Blueprint.<Term>of("net_kernel", NetKernel::new)
        .named("net_kernel")
        .codec(TermCodec.identity());
  }

  @Override
  public void message(Self<Term> self, Term message) {
    // Peers of other releases send it notices of their own; none needs an answer.
  }

  @Override
  public void call(Self<Term> self, Term request, From from) {
    if (request instanceof Tuple tuple && tuple.isTagged(IS_AUTH, 2)) {
      from.reply(YES);
    } else {
      from.refuse("net_kernel answers {is_auth, Node}, not " + request);
    }
  }
}
