package io.weft.examples.guide

import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.walk

/**
 * The guide, and the sources that its listings are taken from: what stands in a source between `//
 * guide: PAGE` and `// guide: end` is a listing of that page, without its indentation.
 */
internal class Guide(root: Path) {
  private val pages = root.resolve("docs/guide").listDirectoryEntries("*.md").sorted()
  private val sources = root.resolve("examples/src").walk().filter { it.extension in LANGUAGES }

  /** A listing, and where it stands. */
  data class Listing(val page: String, val text: String)

  /** Listings in the languages of programs, as the pages show them. */
  fun shown(): List<Listing> = pages.flatMap { page ->
    fences(page).filter { it.first in LANGUAGES.values }.map { Listing(page.name, it.second) }
  }

  /** Listings as they are in the sources. */
  fun compiled(): List<Listing> = sources.flatMap(::regions).toList()

  /** The commands of all pages that begin with `./weft`. */
  fun commands(): List<String> =
    pages
      .flatMap(::fences)
      .filter { it.first == "sh" }
      .flatMap { it.second.lines() }
      .filter {
        it.startsWith("./weft ")
      }

  /** The files of links to this repository that are not there. */
  fun brokenLinks(): List<String> = pages.flatMap { page ->
    LINK.findAll(page.readLines().joinToString("\n"))
      .map { it.groupValues[1] }
      .filter { !it.startsWith("http") && !page.resolveSibling(it).exists() }
      .map { "${page.name}: $it" }
  }

  private fun fences(page: Path): List<Pair<String, String>> {
    val found = ArrayList<Pair<String, String>>()
    var language: String? = null
    val lines = ArrayList<String>()
    for (line in page.readLines()) {
      if (!line.startsWith("```")) {
        lines += line
      } else if (language == null) {
        language = line.removePrefix("```")
        lines.clear()
      } else {
        found += language to lines.joinToString("\n")
        language = null
      }
    }
    return found
  }

  private fun regions(source: Path): List<Listing> {
    val found = ArrayList<Listing>()
    var page: String? = null
    val lines = ArrayList<String>()
    for (line in source.readLines()) {
      val mark = MARK.matchEntire(line)?.groupValues?.get(1)
      when {
        mark == null -> lines += line
        mark == "end" -> {
          val name = checkNotNull(page) { "$source: a listing ends that did not begin" }
          found += Listing("$name.md", lines.joinToString("\n").trimIndent())
          page = null
        }
        else -> {
          check(page == null) { "$source: a listing begins in a listing" }
          page = mark
          lines.clear()
        }
      }
    }
    check(page == null) { "$source: a listing of $page does not end" }
    return found
  }

  private companion object {
    /** The languages of listings, by the suffixes of their sources. */
    val LANGUAGES =
      mapOf(
        "kt" to "kotlin",
        "java" to "java",
        "exs" to "elixir",
        "erl" to "erlang",
        "conf" to "hocon",
      )
    val MARK = Regex("""\s*(?://|#|%) guide: (\S+)""")
    val LINK = Regex("""\]\(([^)#]+)""")
  }
}
