package io.weft.examples.interop

import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.NoSuchProcessException
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.Target
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

/**
 * Answers a call with its request, and sends the `Term` of a cast or message `{To, Term}` to `To`.
 */
internal class Echo : Behavior<Term> {
  override fun call(self: Self<Term>, request: Term, from: From) = from.reply(request)

  override fun message(self: Self<Term>, message: Term) {
    val receiver =
      (message as? Tuple)?.takeIf { it.arity() == 2 }?.let { addressOf(self.node(), it[0]) }
    if (receiver == null) {
      self.warn("cannot echo {}: it must be {To, Term}", message)
    } else {
      receiver.tell(message[1])
    }
  }
}

/** Keeps every message in the order of arrival; `count`, `take` and `clear` are calls. */
internal class Collector : Behavior<Term> {
  private val messages = ArrayList<Term>()

  override fun message(self: Self<Term>, message: Term) {
    messages.add(message)
  }

  override fun call(self: Self<Term>, request: Term, from: From) {
    when ((request as? Atom)?.name) {
      "count" -> from.reply(IntTerm(messages.size.toLong()))
      "take" -> from.reply(ListTerm(messages.toList()))
      "clear" -> {
        messages.clear()
        from.reply(Atom.OK)
      }
      else -> from.refuse("collector answers count, take and clear, not $request")
    }
  }
}

/** Ends with `Reason` when it is called with `{exit, Reason}`, without an answer. */
internal class Victim : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit

  override fun call(self: Self<Term>, request: Term, from: From) {
    if (request is Tuple && request.isTagged(Atom.of("exit"), 2)) {
      throw ExitException(ExitReason.of(request[1]))
    }
    from.refuse("victim answers {exit, Reason}, not $request")
  }
}

/**
 * Links, monitors and traps as it is told, and remembers what it received: `events`, the oldest
 * first.
 */
internal class Linker : Behavior<Term> {
  private val events = ArrayList<Term>()

  override fun message(self: Self<Term>, message: Term) {
    events.add(message)
  }

  override fun info(self: Self<Term>, info: Info) {
    if (info is Info.Exit && info.from() == self.parent()) {
      self.stop(info.reason()) // as gen_server does, though it traps exits
    }
    events.add(info.toTerm())
  }

  override fun call(self: Self<Term>, request: Term, from: From) {
    val answer = answer(self, request)
    if (answer == null) {
      from.refuse(
        "linker answers {link, Pid}, {unlink, Pid}, {monitor, PidOrName}, {demonitor, Ref}, {trap_exit, Bool}" +
          " and events, not $request"
      )
    } else {
      from.reply(answer)
    }
  }

  private fun answer(self: Self<Term>, request: Term): Term? {
    if (request == EVENTS) {
      return ListTerm(events.toList())
    }
    if (request !is Tuple || request.arity() != 2) {
      return null
    }
    val subject = request[1]
    return when ((request[0] as? Atom)?.name) {
      "link" -> (subject as? Pid)?.let { link(self, it) }
      "unlink" ->
        (subject as? Pid)?.let {
          self.unlink(it)
          Atom.TRUE
        }
      "monitor" -> targetOf(self.node(), subject)?.let { self.monitor(it) }
      "demonitor" -> (subject as? Reference)?.let { Atom.of(self.demonitor(it, true)) }
      "trap_exit" -> Atom.of(self.trapExit(subject == Atom.TRUE))
      else -> null
    }
  }

  private fun link(self: Self<Term>, other: Pid): Term =
    try {
      self.link(other)
      Atom.TRUE
    } catch (_: NoSuchProcessException) {
      Terms.tuple(Atom.ERROR, ExitReason.NOPROC.term())
    }

  private companion object {
    val EVENTS: Atom = Atom.of("events")
  }
}

/** Reads what Erlang's `!` and `monitor` take: a pid, a name of this node, or `{Name, Node}`. */
private fun targetOf(node: Node, term: Term): Target? =
  when (term) {
    is Pid -> Target.ByPid(term)
    is Atom -> Target.ByName(term, node.name())
    is Tuple -> {
      val name = term.elements().getOrNull(0)
      val where = term.elements().getOrNull(1)
      if (term.arity() == 2 && name is Atom && where is Atom) Target.ByName(name, where) else null
    }
    else -> null
  }

private fun addressOf(node: Node, term: Term): Address<Term>? =
  when (val target = targetOf(node, term)) {
    is Target.ByPid -> node.address(target.pid())
    is Target.ByName -> node.address(target.name().name(), target.node().name())
    null -> null
  }
