package io.weft.stage.wire

import io.weft.gen.ChildResult
import io.weft.gen.ChildStart
import io.weft.gen.ChildType
import io.weft.gen.SupervisedChildren
import io.weft.gen.Supervisor.ChildCount
import io.weft.gen.Supervisor.ChildInfo
import io.weft.node.ExitReason
import io.weft.node.ShownTerms
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

/**
 * What Elixir's ConsumerSupervisor can be asked, and its answers, which are not in all those of a
 * supervisor.
 *
 * @param argument makes what a child is started with of the arguments of a request; null if they do
 *   not fit
 */
internal class SupervisionTerms<A : Any>(
  private val children: SupervisedChildren<A, *>,
  private val argument: (ListTerm) -> A?,
) {
  /** Answers what [isRequest] lets pass. */
  fun answer(request: Term, then: (Term) -> Unit) {
    when (request) {
      WHICH -> children.which { then(Terms.list(it.map(::row))) }
      COUNT -> children.count { then(counts(it)) }
      is Tuple ->
        if (request.isTagged(START, 2)) start(request.get(1) as ListTerm, then)
        else children.terminate(request.get(1) as Pid) { then(terminated(it)) }
      else -> throw IllegalArgumentException("no request: $request")
    }
  }

  private fun start(arguments: ListTerm, then: (Term) -> Unit) {
    val made =
      try {
        argument(arguments)
      } catch (misfit: RuntimeException) {
        return then(Tuple.of(Atom.ERROR, ExitReason.raised(misfit).term()))
      }
    if (made == null) then(Tuple.of(Atom.ERROR, BADARG))
    else children.start(listOf(made)) { then(started(it.single())) }
  }

  companion object {
    private val WHICH = Terms.atom("which_children")
    private val COUNT = Terms.atom("count_children")
    private val START = Terms.atom("start_child")
    private val TERMINATE = Terms.atom("terminate_child")
    private val RESTARTING = Terms.atom("restarting")
    private val IGNORE = Terms.atom("ignore")
    private val BADARG = Terms.atom("badarg")

    fun isRequest(term: Term): Boolean =
      when (term) {
        WHICH,
        COUNT -> true
        is Tuple ->
          term.isTagged(START, 2) && term.get(1) is ListTerm ||
            term.isTagged(TERMINATE, 2) && term.get(1) is Pid
        else -> false
      }

    fun terminate(pid: Pid): Term = Tuple.of(TERMINATE, pid)

    val whichChildren: Term = WHICH
    val countChildren: Term = COUNT

    private fun started(start: ChildStart<*>): Term =
      when (start) {
        is ChildStart.Ok -> {
          val info = start.info()
          if (info == null) Tuple.of(Atom.OK, start.pid())
          else Tuple.of(Atom.OK, start.pid(), ShownTerms.of(info))
        }
        is ChildStart.Ignored -> IGNORE
        is ChildStart.Refused -> Tuple.of(Atom.ERROR, start.reason())
      }

    private fun terminated(result: ChildResult): Term =
      when (result) {
        is ChildResult.Done -> Atom.OK
        is ChildResult.Refused -> Tuple.of(Atom.ERROR, result.reason())
      }

    private fun row(child: ChildInfo): Term =
      Tuple.of(
        child.key(),
        if (child.restarting()) RESTARTING else child.pid() ?: Atom.UNDEFINED,
        ShownTerms.of(child.type()),
        child.modules(),
      )

    private fun counts(count: ChildCount): Term =
      MapTerm.of(
        Terms.atom("specs"),
        ShownTerms.of(count.specs()),
        Terms.atom("active"),
        ShownTerms.of(count.active()),
        Terms.atom("supervisors"),
        ShownTerms.of(count.supervisors()),
        Terms.atom("workers"),
        ShownTerms.of(count.workers()),
      )

    /** Reads the answers of a supervisor on another node. */
    fun readResult(term: Term): ChildResult? =
      when {
        term == Atom.OK -> ChildResult.DONE
        term is Tuple && term.isTagged(Atom.ERROR, 2) -> ChildResult.Refused(term.get(1))
        else -> null
      }

    fun readRows(term: Term): List<ChildInfo>? = (term as? ListTerm)?.elements?.map { readRow(it) }

    private fun readRow(term: Term): ChildInfo {
      val row = term as Tuple
      val worker = row.get(2) == Terms.atom("worker")
      return ChildInfo(
        row.get(0),
        row.get(1) as? Pid,
        row.get(1) == RESTARTING,
        if (worker) ChildType.WORKER else ChildType.SUPERVISOR,
        row.get(3),
      )
    }

    fun readCounts(term: Term): ChildCount? {
      val map = term as? MapTerm ?: return null
      fun number(name: String) = (map.get(Terms.atom(name)) as? IntTerm)?.value()?.toInt() ?: 0
      return ChildCount(
        number("specs"),
        number("active"),
        number("supervisors"),
        number("workers"),
      )
    }
  }
}
