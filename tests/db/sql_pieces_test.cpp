// Where statements end in a file of SQL.
#include <doctest/doctest.h>

#include <candela/db/detail/sql_pieces.hpp>
#include <string>
#include <vector>

using namespace candela::db::detail;

namespace {

std::vector<std::string> pieces_of(std::string_view file) {
  std::vector<std::string> found;
  sql_pieces pieces(file);
  while (const auto piece = pieces.next()) {
    CHECK(file.substr(piece->at, piece->text.size()) == piece->text);
    found.emplace_back(piece->text);
  }
  return found;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("statements end at their semicolons, the last one without") {
  CHECK(pieces_of("a;b ;\n c ") == list{"a", "b", "c"});
  CHECK(pieces_of("").empty());
  CHECK(pieces_of(" ;; \n; ").empty());
}

TEST_CASE("comments are no statements, and their semicolons end none") {
  CHECK(pieces_of("-- a;b\n/* c; /* d; */ e; */ x -- y;\n z; -- end").front() == "x -- y;\n z");
  CHECK(pieces_of("-- only").empty());
  CHECK(pieces_of("/* open").empty());
  CHECK(pieces_of("a -- behind\n; b") == list{"a", "b"});
  CHECK(pieces_of("a - b; c / d") == list{"a - b", "c / d"});
}

TEST_CASE("quoted semicolons end no statement") {
  CHECK(pieces_of("a 'x;''y;' b; c") == list{"a 'x;''y;' b", "c"});
  CHECK(pieces_of(R"(a "x;y" b; c)") == list{R"(a "x;y" b)", "c"});
  CHECK(pieces_of(R"(a E'x\';y' b; c)") == list{R"(a E'x\';y' b)", "c"});
  CHECK(pieces_of(R"(a 'x\'; b)") == list{R"(a 'x\')", "b"});
  CHECK(pieces_of("a 'x; b") == list{"a 'x; b"});
}

TEST_CASE("dollar quotes hold their text together") {
  CHECK(pieces_of("a $$x;y$$ b; c") == list{"a $$x;y$$ b", "c"});
  CHECK(pieces_of("a $f$ x; $$ ; $g$ ; $f$; c") == list{"a $f$ x; $$ ; $g$ ; $f$", "c"});
  CHECK(pieces_of("a $1; b $2") == list{"a $1", "b $2"});
  CHECK(pieces_of("a $f$ x; y") == list{"a $f$ x; y"});
}

TEST_CASE("a dollar sign within a name opens no quote") {
  CHECK(pieces_of("SELECT a$b$c; SELECT a$b$c") == list{"SELECT a$b$c", "SELECT a$b$c"});
  CHECK(pieces_of("SELECT _$$; x$$") == list{"SELECT _$$", "x$$"});
  CHECK(pieces_of("SELECT 1$$x;y$$; z") == list{"SELECT 1$$x;y$$", "z"});
  CHECK(first_word("begin$ x") == "begin$");
}

TEST_CASE("the body of a trigger or function is part of its definition") {
  const std::string trigger =
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE b SET c = CASE WHEN d THEN 1 ELSE 2 END;\n  DELETE FROM "
      "e;\nEND";
  CHECK(pieces_of(trigger + ";\nSELECT 1;") == list{trigger, "SELECT 1"});
  const std::string function = "create function f() returns int begin atomic select 1; select 2; end";
  CHECK(pieces_of(function + "; x") == list{function, "x"});
  CHECK(pieces_of("CREATE VIEW v AS SELECT CASE WHEN a THEN 1 END; x").size() == 2);
  const std::string empty = "CREATE PROCEDURE p() BEGIN ATOMIC END";
  CHECK(pieces_of(empty + "; x") == list{empty, "x"});
}

TEST_CASE("columns named begin and end open and close no body") {
  CHECK(pieces_of("CREATE TABLE slot(begin integer, \"end\" integer); x").size() == 2);
  CHECK(pieces_of("CREATE VIEW v AS SELECT a AS begin; SELECT 1").size() == 2);
  CHECK(pieces_of("CREATE INDEX i ON slot(begin); x").size() == 2);
  const std::string trigger =
      "CREATE TRIGGER t AFTER UPDATE OF begin, end ON slot WHEN new.begin > old.end BEGIN -- of slot\n"
      "  UPDATE slot SET end = new.begin WHERE slot.begin = 1;\n  SELECT CASE WHEN 1 THEN 2 END;\nEND";
  CHECK(pieces_of(trigger + "; x") == list{trigger, "x"});
}

TEST_CASE("a transaction that a file says itself is several statements") {
  CHECK(pieces_of("BEGIN; INSERT; END; x") == list{"BEGIN", "INSERT", "END", "x"});
}

TEST_CASE("going back to a savepoint ends no transaction") {
  for (const char* goes_on : {"ROLLBACK TO a", "rollback to savepoint a", "ROLLBACK WORK TO a", "SAVEPOINT a",
                              "ROLLBACK\n TRANSACTION TO a", "RELEASE a", "commits", ""}) {
    CHECK_FALSE(ends_transaction(goes_on));
  }
  for (const char* ends : {"ROLLBACK", "rollback work", "ROLLBACK TRANSACTION AND CHAIN", "COMMIT", "End", "BEGIN",
                           "START TRANSACTION", "abort", "ROLLBACK /* x */ TO a"}) {
    CHECK(ends_transaction(ends));
  }
}

TEST_CASE("words are compared without regard to case, and whole") {
  CHECK(same_word("Begin", "BEGIN"));
  CHECK_FALSE(same_word("begins", "begin"));
  CHECK(first_word("CREATE TABLE x") == "CREATE");
}
