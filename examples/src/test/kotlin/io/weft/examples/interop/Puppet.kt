package io.weft.examples.interop

import io.weft.node.AliasMode
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.NoSuchProcessException
import io.weft.node.Node
import io.weft.node.ProcessInfo
import io.weft.node.Self
import io.weft.node.Sys
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Tuple

private val DO = Atom.of("do")
private val SYNC = Atom.of("sync")
private val SYNCED = Atom.of("synced")
private val BADARG = failure("badarg")

private fun failure(reason: String) = Tuple.of(Atom.ERROR, Atom.of(reason))

private fun bool(value: Boolean) = if (value) Atom.TRUE else Atom.FALSE

/** Starts puppets for directors on other nodes: `gen_server:call({puppeteer, Node}, start)`. */
internal class Puppeteer : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit

  override fun call(self: Self<Term>, request: Term, from: From) {
    from.reply(checkNotNull(self.node().spawn(Puppet.blueprint()).pid()))
  }

  companion object {
    fun start(node: Node) {
      node.start(
        Blueprint.of("puppeteer") { Puppeteer() }.codec(TermCodec.identity()).named("puppeteer")
      )
    }
  }
}

/** Does what the module `puppets` says, as a process of Weft. */
internal class Puppet : Behavior<Term> {
  private var log = ArrayList<Term>()

  override fun info(self: Self<Term>, info: Info) {
    log.add(info.toTerm())
  }

  override fun message(self: Self<Term>, message: Term) {
    if (message !is Tuple) {
      log.add(message)
      return
    }
    when {
      message.isTagged(DO, 4) ->
        does(self, Asker(self, message[1] as Pid, message[2]), (message[3] as ListTerm).elements())
      message.isTagged(SYNC, 4) -> self.tell(message[1], Tuple.of(SYNCED, message[2], message[3]))
      message.isTagged(SYNCED, 3) -> self.tell(message[1], Tuple.of(message[2], Atom.OK))
      else -> log.add(message)
    }
  }

  private class Asker(val self: Self<Term>, val pid: Pid, val ref: Term) {
    fun answer(results: List<Term>) = self.tell(pid, Tuple.of(ref, ListTerm(results)))
  }

  private fun does(self: Self<Term>, asker: Asker, commands: List<Term>) {
    val results = ArrayList<Term>()
    for (each in commands) {
      val command = fill(each, results)
      val name = if (command is Tuple) command[0] as Atom else command as Atom
      when (name.name()) {
        "log" -> {
          asker.answer(listOf(ListTerm(log)))
          log = ArrayList()
          return
        }
        "sync" -> {
          self.tell((command as Tuple)[1], Tuple.of(SYNC, self.pid(), asker.pid, asker.ref))
          return
        }
        "info" -> {
          val item = ((command as Tuple)[1] as Atom).name()
          Sys.info(self.address()).thenAccept { asker.answer(listOf(infoOf(it, item))) }
          return
        }
        "die" -> {
          asker.answer(results + Atom.of("dying"))
          die(self, (command as Tuple)[1])
          return
        }
        "exit_self" -> {
          asker.answer(results + Atom.TRUE)
          self.exit(self.pid(), ExitReason.of((command as Tuple)[1]))
          return
        }
        else -> results.add(command(self, name.name(), command))
      }
    }
    asker.answer(results)
  }

  private fun fill(term: Term, results: List<Term>): Term =
    when (term) {
      is Tuple ->
        if (term.isTagged(Atom.of("it"), 2)) results[(term[1] as IntTerm).value().toInt() - 1]
        else Tuple.of(*term.elements().map { fill(it, results) }.toTypedArray())
      is ListTerm -> ListTerm(term.elements().map { fill(it, results) })
      else -> term
    }

  private fun die(self: Self<Term>, how: Term) {
    when (how) {
      is Tuple -> throw ExitException(ExitReason.of(how[1]))
      Atom.of("return") -> self.stop(ExitReason.NORMAL)
      else -> throw IllegalStateException("crashed")
    }
  }

  private fun command(self: Self<Term>, name: String, command: Term): Term =
    try {
      if (command is Tuple) act(self, name, command.elements().drop(1))
      else act(self, name, listOf())
    } catch (_: NoSuchProcessException) {
      failure(if (name == "link") "noproc" else "badarg")
    } catch (_: IllegalArgumentException) {
      BADARG
    }

  private fun act(self: Self<Term>, name: String, with: List<Term>): Term {
    when (name) {
      "link" -> self.link(with[0] as Pid)
      "unlink" -> self.unlink(with[0] as Pid)
      "exit" -> self.exit(with[0] as Pid, ExitReason.of(with[1]))
      "trap" -> return bool(self.trapExit(with[0] == Atom.TRUE))
      "monitor" -> return monitor(self, targetOf(self, with[0]), (with[1] as ListTerm).elements())
      "demonitor" -> {
        val options = (with[1] as ListTerm).elements()
        val existed = self.demonitor(with[0] as Reference, Atom.of("flush") in options)
        return if (Atom.of("info") in options) bool(existed) else Atom.TRUE
      }
      "alias" -> return self.alias(aliasMode((with[0] as ListTerm).elements()))
      "unalias" -> return bool(self.unalias(with[0] as Reference))
      "send" -> {
        self.tell(with[0], with[1])
        return with[1]
      }
      "register" -> self.node().register(with[0] as Atom, with[1] as Pid)
      "unregister" -> if (!self.node().unregister(with[0] as Atom)) return BADARG
      "whereis" -> return self.node().whereis(with[0] as Atom) ?: Atom.UNDEFINED
      "group_leader" -> {
        if (with.isEmpty()) return self.groupLeader()
        self.groupLeader(with[1] as Pid, with[0] as Pid)
      }
      "spawn" -> return checkNotNull(self.spawn(blueprint()).pid())
      "spawn_link" -> return checkNotNull(self.spawnLink(blueprint()).pid())
      "disconnect" -> return bool(self.node().network()!!.disconnect(with[0] as Atom))
      else -> error("no command: $name")
    }
    return Atom.TRUE
  }

  private fun monitor(self: Self<Term>, target: Target, options: List<Term>): Term {
    val option = options.firstOrNull() as Tuple? ?: return self.monitor(target)
    return if (option.isTagged(Atom.of("alias"), 2))
      self.monitor(target, aliasMode(listOf(option[1])))
    else
      self.monitor(target) { down ->
        Tuple.of(option[1], *(down.toTerm() as Tuple).elements().drop(1).toTypedArray())
      }
  }

  private fun aliasMode(options: List<Term>): AliasMode =
    when ((options.firstOrNull() as Atom?)?.name()) {
      null,
      "explicit_unalias" -> AliasMode.EXPLICIT_UNALIAS
      "reply" -> AliasMode.REPLY
      "demonitor" -> AliasMode.DEMONITOR
      else -> AliasMode.REPLY_DEMONITOR
    }

  private fun targetOf(self: Self<Term>, target: Term): Target =
    when (target) {
      is Pid -> Target.ByPid(target)
      is Atom -> Target.ByName(target, self.node().name())
      else -> Target.ByName((target as Tuple)[0] as Atom, target[1] as Atom)
    }

  private fun infoOf(info: ProcessInfo, item: String): Term =
    when (item) {
      "links" -> ListTerm(info.links().toList<Term>())
      "monitors" -> ListTerm(info.monitors().map { Tuple.of(Atom.of("process"), it.item()) })
      "monitored_by" -> ListTerm(info.watchers().toList<Term>())
      "trap_exit" -> bool(info.trapsExit())
      "registered_name" -> info.name() ?: ListTerm.NIL
      "group_leader" -> info.groupLeader()
      "message_queue_len" -> IntTerm(info.mailbox().toLong())
      else -> error("no item: $item")
    }

  companion object {
    fun blueprint(): Blueprint<Term> =
      Blueprint.of("puppet") { Puppet() }.codec(TermCodec.identity())
  }
}

/** Sends to a pid, an alias, or `{Name, Node}`. */
private fun Self<Term>.tell(to: Term, message: Term) {
  val address =
    when (to) {
      is Pid -> node().address(to)
      is Reference -> node().address(to)
      else -> node().address(((to as Tuple)[0] as Atom).name(), (to[1] as Atom).name())
    }
  address.tell(message)
}
