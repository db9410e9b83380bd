package io.weft.examples.interop

import io.weft.gen.GenServer
import io.weft.gen.Handlers
import io.weft.gen.Reply
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.NameTakenException
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.Self
import io.weft.node.StartException
import io.weft.node.Started
import io.weft.node.TermCodec
import io.weft.node.TermMappingException
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private val IGNORE = Atom.of("ignore")

private fun tag(term: Term): String = ((term as? Tuple)?.get(0) ?: term).let { (it as Atom).name() }

/** `{Kind, Label, Act}`. */
internal data class Told(val kind: Term, val label: Term, val act: Term) : Request<Term>

private object ToldCodec : TermCodec<Told> {
  private val KINDS = setOf("call", "cast", "info").map(Atom::of)

  override fun encode(message: Told): Term = Tuple.of(message.kind, message.label, message.act)

  override fun decode(term: Term): Told =
    if (term is Tuple && term.arity() == 3 && term[0] in KINDS) Told(term[0], term[1], term[2])
    else throw TermMappingException("not told what to do: $term")

  override fun encodeReply(request: Told, reply: Any): Term = reply as Term

  override fun decodeReply(request: Told, reply: Term): Any = reply
}

/** Does what the module `servers` says, as a server of Weft. */
private class ScriptedServer(
  private val on: Handlers<Told>,
  private val self: Self<Told>,
  private val director: Pid,
) {
  private val owed = HashMap<Term, Reply<Term>>()

  fun define(begin: Term) {
    on.callDeferred<Term, Told>(Told::class.java) { told, reply ->
      owed[told.label] = reply
      say(Tuple.of(told.kind, told.label))
      act(told.act, reply)
    }
    on.onUnknown { say(Tuple.of(Atom.of("other"), it.term)) }
    on.onExit { say(Tuple.of(Atom.of("other"), it.toTerm())) }
    on.onTerminate { say(Tuple.of(Atom.of("terminate"), it.term())) }
    when (tag(begin)) {
      "ok" -> if (begin is Tuple) extra(begin[1])
      "ignore" -> self.ignore()
      "stop" -> self.stop(ExitReason.of((begin as Tuple)[1]))
      else -> act(begin) {}
    }
  }

  private fun act(act: Term, reply: Reply<Term>) {
    when (tag(act)) {
      "reply" -> {
        reply.send((act as Tuple)[1])
        if (act.arity() == 3) extra(act[2])
      }
      "noreply" -> if (act is Tuple) extra(act[1])
      "stop" -> {
        self.stop(ExitReason.of((act as Tuple)[1]))
        if (act.arity() == 3) on.replyLast(reply, act[2])
      }
      "exit" -> throw ExitException(ExitReason.of((act as Tuple)[1]))
      "crash" -> throw IllegalStateException("crashed")
      "reply_to" -> owed.getValue((act as Tuple)[1]).send(act[2])
    }
  }

  private fun extra(extra: Term) {
    when (tag(extra)) {
      "after" -> {
        val millis = ((extra as Tuple)[1] as IntTerm).value()
        self.whenIdle(Duration.ofMillis(millis)) { say(Atom.of("timeout")) }
      }
      "continue" -> {
        val (label, act) = ((extra as Tuple)[1] as Tuple).elements()
        self.next {
          say(Tuple.of(Atom.of("continue"), label))
          act(act) {}
        }
      }
    }
  }

  private fun say(event: Term) {
    self.node().address(director).tell(Tuple.of(Atom.of("seen"), event))
  }

  companion object {
    fun blueprint(director: Pid, trap: Boolean, begin: Term): Blueprint<Told> {
      val plain =
        GenServer.define("server", Told::class.java) { on, self ->
            ScriptedServer(on, self, director).define(begin)
          }
          .codec(ToldCodec)
      return if (trap) plain.trapExit() else plain
    }
  }
}

/** The parent of a scripted server; traps exits. */
private class ServerParent : Behavior<Term> {
  private var log = ArrayList<Term>()

  override fun message(self: Self<Term>, message: Term) {
    val told = message as Tuple
    when (tag(told)) {
      "start" -> start(self, told)
      "log" -> {
        self.node().address(told[1] as Pid).tell(Tuple.of(told[2], ListTerm(log)))
        log = ArrayList()
      }
      "finish" -> throw ExitException(ExitReason.of(told[1]))
    }
  }

  private fun start(self: Self<Term>, told: Tuple) {
    val director = told[1] as Pid
    val plain = ScriptedServer.blueprint(director, told[4] == Atom.TRUE, told[5])
    val blueprint = if (told[3] == Atom.of("none")) plain else plain.named((told[3] as Atom).name())
    fun answer(started: Started<Told>) {
      self.node().address(director).tell(Tuple.of(told[2], termOf(started)))
    }
    try {
      self.startLink(blueprint, ::answer)
    } catch (taken: NameTakenException) {
      answer(Started.Failed(StartException.alreadyStarted(taken.holder())))
    }
  }

  private fun termOf(started: Started<Told>): Term =
    when (started) {
      is Started.Ok -> Tuple.of(Atom.OK, checkNotNull(started.address.pid()))
      is Started.Ignored -> IGNORE
      is Started.Failed -> Tuple.of(Atom.ERROR, started.reason.term())
    }

  override fun info(self: Self<Term>, info: Info) {
    log.add(info.toTerm())
  }
}

/** Starts parents: `gen_server:call({server_parents, Node}, start)`. */
internal class ServerParents : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit

  override fun call(self: Self<Term>, request: Term, from: From) {
    val parent = Blueprint.of("parent") { ServerParent() }.codec(TermCodec.identity()).trapExit()
    from.reply(checkNotNull(self.node().spawn(parent).pid()))
  }

  companion object {
    fun start(node: Node) {
      node.start(
        Blueprint.of("server_parents") { ServerParents() }
          .codec(TermCodec.identity())
          .named("server_parents")
      )
    }
  }
}
