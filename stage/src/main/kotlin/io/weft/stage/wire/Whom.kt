package io.weft.stage.wire

import io.weft.global.Global
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Target
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

/** A stage as a subscription names it; who that is, is found out by the stage that subscribes. */
internal sealed interface Whom {
  /** Returns whom that is at the moment, or null if nobody. */
  fun target(node: Node): Target?

  /** The form on the wire. */
  fun term(): Term

  /** An address of this node's; what it stands for may change. */
  class ByAddress(private val address: Address<*>) : Whom {
    override fun target(node: Node): Target? = address.target()?.let { here(node, it) }

    override fun term(): Term =
      requireNotNull(address.item()) { "$address does not stand for a process at the moment" }

    override fun toString(): String = address.toString()
  }

  /** What another node named: a pid, a name, `{Name, Node}`, `{global, Name}`, `{via, M, Name}`. */
  class ByTerm(private val term: Term) : Whom {
    override fun target(node: Node): Target? =
      when (term) {
        is Pid -> Target.ByPid(term)
        is Atom -> node.whereis(term)?.let { Target.ByPid(it) }
        is Tuple -> ofTuple(node, term)
        else -> null
      }

    private fun ofTuple(node: Node, to: Tuple): Target? {
      val first = to.elements.firstOrNull()
      return when {
        to.arity() == 2 && first == GLOBAL -> global(node, to.get(1))
        to.arity() == 3 && first == VIA && to.get(1) == GLOBAL -> global(node, to.get(2))
        to.arity() == 2 && first is Atom ->
          (to.get(1) as? Atom)?.let { here(node, Target.ByName(first, it)) }
        else -> null
      }
    }

    private fun global(node: Node, name: Term): Target? =
      Global.of(node).whereisName(name)?.let { Target.ByPid(it) }

    override fun term(): Term = term

    override fun toString(): String = term.abbreviate(200)
  }

  companion object {
    private val GLOBAL = Terms.atom("global")
    private val VIA = Terms.atom("via")

    /** A name of this node is looked up; one of another node is left to that. */
    private fun here(node: Node, target: Target): Target? =
      if (target is Target.ByName && node.isCalled(target.node())) {
        node.whereis(target.name())?.let { Target.ByPid(it) }
      } else target
  }
}
