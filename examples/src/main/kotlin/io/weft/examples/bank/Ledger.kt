package io.weft.examples.bank

import io.weft.kotlin.call
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Request

/** What the ledger of a bank is asked. Amounts are in cents. */
sealed interface Ledger {
  /** Opens an account; one that is open stays as it is. */
  data class Open(val account: String, val deposit: Long) : Ledger, Request<Outcome>

  /**
   * Moves money. [id] names this wish: however often it is asked, for want of an answer, the money
   * moves once.
   */
  data class Transfer(val id: String, val from: String, val to: String, val cents: Long) :
    Ledger, Request<Outcome>

  data class Balance(val account: String) : Ledger, Request<Long>

  /** All that is on all accounts. */
  data object Total : Ledger, Request<Long>
}

enum class Outcome {
  DONE,
  NO_SUCH_ACCOUNT,
  NOT_COVERED,
  NO_AMOUNT,
}

/**
 * The accounts of a bank. Nothing is answered before it stands in the journal, and everything that
 * stands there is taken up again by the next life: a crash at any moment loses no cent.
 */
fun ledger(journal: Address<Journal>): Blueprint<Ledger> =
  server<Ledger>("ledger") {
    val book = Book()
    journal.call(Journal.ReadAll).forEach { book.enter(Entry.parse(it)) }

    suspend fun record(entry: Entry): Outcome {
      journal.call(Journal.Append(entry.line()))
      book.enter(entry)
      return Outcome.DONE
    }

    call { q: Ledger.Open ->
      if (q.account in book) Outcome.DONE else record(Entry.Opened(q.account, q.deposit))
    }
    call { q: Ledger.Transfer ->
      book.objection(q) ?: record(Entry.Moved(q.id, q.from, q.to, q.cents))
    }
    call { q: Ledger.Balance -> book.balance(q.account) }
    call { _: Ledger.Total -> book.total() }
  }

/** A line of the journal. */
internal sealed interface Entry {
  fun line(): String

  data class Opened(val account: String, val deposit: Long) : Entry {
    override fun line() = "opened\t$account\t$deposit"
  }

  data class Moved(val id: String, val from: String, val to: String, val cents: Long) : Entry {
    override fun line() = "moved\t$id\t$from\t$to\t$cents"
  }

  companion object {
    fun parse(line: String): Entry {
      val words = line.split('\t')
      return when (words[0]) {
        "opened" -> Opened(words[1], words[2].toLong())
        "moved" -> Moved(words[1], words[2], words[3], words[4].toLong())
        else -> error("the journal has a line that is none of ours: '$line'")
      }
    }
  }
}

/** Who has how much, by the entries so far. */
private class Book {
  private val balances = HashMap<String, Long>()
  private val moved = HashSet<String>()

  operator fun contains(account: String) = account in balances

  fun balance(account: String) = balances[account] ?: 0

  fun total() = balances.values.sum()

  /** Returns why a transfer is not to be recorded, if so. */
  fun objection(wish: Ledger.Transfer): Outcome? =
    when {
      wish.id in moved -> Outcome.DONE
      wish.cents <= 0 -> Outcome.NO_AMOUNT
      wish.from !in balances || wish.to !in balances -> Outcome.NO_SUCH_ACCOUNT
      balance(wish.from) < wish.cents -> Outcome.NOT_COVERED
      else -> null
    }

  fun enter(entry: Entry) {
    when (entry) {
      is Entry.Opened -> balances.putIfAbsent(entry.account, entry.deposit)
      is Entry.Moved ->
        if (moved.add(entry.id)) {
          balances.merge(entry.from, -entry.cents, Long::plus)
          balances.merge(entry.to, entry.cents, Long::plus)
        }
    }
  }
}
