package io.weft.testkit.simulation

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.SplittableRandom

/** What a simulated disk keeps. */
class DiskSpec :
  FunSpec({
    fun disk(seed: Int) = Disk(SplittableRandom(seed.toLong()))

    fun DiskFile.text() = String(read())

    fun DiskFile.append(text: String) = append(text.toByteArray())

    test("what is written is seen at once") {
      val disk = disk(1)
      val file = disk.file("a")
      file.append("one")
      file.write(5, "two".toByteArray())
      file.text() shouldBe "one\u0000\u0000two"
      file.truncate(2)
      disk.file("a").text() shouldBe "on"
      disk.files.shouldContainExactly("a")
    }

    test("what was synced survives a loss of power, and what was not may be torn or gone") {
      val left =
        (0..500).mapTo(HashSet()) { seed ->
          val disk = disk(seed)
          val file = disk.file("log")
          file.append("kept.")
          file.sync()
          file.append("abc")
          file.append("def")
          disk.losePower()
          file.text()
        }
      left.all { it.startsWith("kept.") } shouldBe true
      left.shouldContainAll("kept.", "kept.a", "kept.abc", "kept.abcd", "kept.abcdef")
      left.shouldContainAll(
        "kept.\u0000\u0000\u0000def"
      ) // the first write is lost, the second is not
    }

    test("a file that was never synced may be gone, and one that was renamed have its old name") {
      val left =
        (0..100).mapTo(HashSet()) { seed ->
          val disk = disk(seed)
          disk.file("old").append("x")
          disk.file("old").sync()
          disk.rename("old", "new")
          disk.file("young").append("y")
          disk.losePower()
          disk.files
        }
      left shouldBe setOf(listOf("old"), listOf("new"))
    }

    test("names and deletions are durable when the directory is synced") {
      for (seed in 0..100) {
        val disk = disk(seed)
        disk.file("a").append("a")
        disk.file("b").append("b")
        disk.file("b").sync()
        disk.rename("a", "c")
        disk.delete("b")
        disk.sync()
        disk.losePower()
        disk.files.shouldContainExactly("c")
      }
    }

    test("a lost disk is empty") {
      val disk = disk(1)
      disk.file("a").append("a")
      disk.sync()
      disk.wipe()
      disk.files shouldBe emptyList()
      disk.file("a").size shouldBe 0
    }
  })
