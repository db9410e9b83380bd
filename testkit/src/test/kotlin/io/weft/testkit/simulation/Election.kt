package io.weft.testkit.simulation

import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.Request
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.serialization.Serializable

@Serializable
sealed interface Voter {
  /** Somebody stands for election. */
  @Serializable data class Stand(val term: Long, val candidate: String) : Voter, Request<Boolean>

  /** Somebody was elected, and still there. */
  @Serializable data class Reign(val term: Long, val leader: String) : Voter
}

/** How a voter is wrong on purpose. */
enum class Mistake {
  NONE,

  /** Half of the votes are taken for a majority. */
  HALF_IS_ENOUGH,
}

/** One of those who elect a leader for each term, with a majority of votes. */
fun voter(member: Member, mistake: Mistake, reigns: (Long, String) -> Unit): Blueprint<Voter> =
  server<Voter>("voter") {
      val ballot = Ballot(member.disk.file("ballot"))
      val half = member.names.size / 2
      val majority = if (mistake == Mistake.HALF_IS_ENOUGH) half else half + 1
      val others = member.others.map { self.node().address("voter", it, codecOf<Voter>()) }
      var heard = 0

      call { wish: Voter.Stand ->
        (wish.term > ballot.term).also { if (it) ballot.cast(wish.term, wish.candidate) }
      }
      cast { reign: Voter.Reign ->
        if (reign.term > ballot.term) ballot.cast(reign.term, reign.leader)
        if (reign.term == ballot.term) heard++
      }

      suspend fun stand() {
        val term = ballot.term + 1
        ballot.cast(term, member.name)
        val votes = 1 + others.votes(Voter.Stand(term, member.name))
        while (votes >= majority && ballot.term == term) {
          reigns(term, member.name)
          others.forEach { it.tell(Voter.Reign(term, member.name)) }
          delay(250.milliseconds)
        }
      }

      launch {
        while (true) {
          val before = heard
          delay((700 + member.random.nextInt(700)).milliseconds)
          if (heard == before) stand()
        }
      }
    }
    .named("voter")

private suspend fun List<Address<Voter>>.votes(wish: Voter.Stand): Int = coroutineScope {
  map { async { it.vote(wish) } }.awaitAll().count { it }
}

private suspend fun Address<Voter>.vote(wish: Voter.Stand): Boolean =
  try {
    call(wish, 500.milliseconds)
  } catch (_: CallException) {
    false
  }

/** The last vote, which must survive its voter. */
private class Ballot(private val file: DiskFile) {
  var term = String(file.read()).substringBefore(' ').toLongOrNull() ?: 0
    private set

  fun cast(term: Long, candidate: String) {
    this.term = term
    file.truncate(0)
    file.append("$term $candidate".toByteArray())
    file.sync()
  }
}

/** Who has reigned, as an onlooker knows who sees all. */
class Reigns {
  private val leaders = sortedMapOf<Long, String>()
  private var rivals: String? = null

  fun note(term: Long, leader: String) {
    val other = leaders.putIfAbsent(term, leader) ?: return
    if (other != leader) rivals = "$other and $leader lead in term $term"
  }

  fun requireOneATerm() {
    rivals?.let { throw AssertionError(it) }
  }

  val last: String?
    get() = leaders.values.lastOrNull()
}

/** The scenario of the election: faults, and one leader a term whatever happens. */
fun ScenarioScope.election(nodes: Int, mistake: Mistake) {
  val reigns = Reigns()
  cluster(nodes) {
    atLeast(2)
    start { spawn(voter(this, mistake, reigns::note)) }
  }
  faults { anything() }
  invariant("one leader a term") { reigns.requireOneATerm() }
  atEnd("somebody leads") { if (reigns.last == null) fail("nobody was ever elected") }
}
