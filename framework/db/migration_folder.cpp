#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <candela/db/migration_folder.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>

namespace candela::db {

namespace {

struct found_file {
  std::uint32_t number = 0;
  std::string name;
  std::optional<dialect> only;
  std::filesystem::path path;
};

constexpr std::string_view suffix = ".sql";

bool remove_suffix(std::string& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.resize(text.size() - end.size());
  return true;
}

std::optional<found_file> look_at(const std::filesystem::path& path) {
  found_file found;
  found.path = path;
  found.name = path.filename().string();
  if (!remove_suffix(found.name, suffix)) return std::nullopt;
  if (remove_suffix(found.name, ".postgres")) found.only = dialect::postgres;
  if (!found.only && remove_suffix(found.name, ".sqlite")) found.only = dialect::sqlite;
  const char* end = found.name.data() + found.name.size();
  const auto [behind, failure] = std::from_chars(found.name.data(), end, found.number);
  if (failure != std::errc() || found.number == 0 || behind == end || *behind != '_' || behind + 1 == end) {
    throw migration_error(path.string() + ": a migration is named NUMBER_NAME.sql, as 0001_create_world.sql");
  }
  return found;
}

std::vector<found_file> files_of(const std::filesystem::path& folder) {
  std::vector<found_file> all;
  try {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      if (auto found = look_at(entry.path())) all.push_back(std::move(*found));
    }
  } catch (const std::filesystem::filesystem_error& failed) {
    throw migration_error("the folder of migrations " + folder.string() +
                          " cannot be read: " + failed.code().message());
  }
  if (all.empty()) throw migration_error("the folder of migrations " + folder.string() + " has no NUMBER_NAME.sql");
  const auto order = [](const found_file& one) { return std::tuple(one.number, one.name, one.only); };
  std::ranges::sort(all, {}, order);
  return all;
}

void check_numbers(const std::vector<found_file>& all) {
  std::uint32_t before = 0;
  for (std::size_t i = 0; i != all.size(); ++i) {
    const found_file& one = all[i];
    if (one.number == before) {
      const found_file& other = all[i - 1];
      if (one.name == other.name && one.only != other.only) continue;
      throw migration_error("the number " + std::to_string(before) + " stands twice: " + other.path.string() + " and " +
                            one.path.string());
    }
    if (one.number != before + 1) {
      throw migration_error(one.path.string() + ": the migration before it is missing, number " +
                            std::to_string(one.number - 1));
    }
    before = one.number;
  }
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) throw migration_error(path.string() + " cannot be read");
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  // So that a checksum does not depend on who checked the file out.
  std::string lines;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') lines.push_back(text[i]);
  }
  return lines;
}

std::string checksum_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw migration_error("SHA-256 is not to be had");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string written;
  for (unsigned i = 0; i != size; ++i) written.append({digits[digest[i] >> 4], digits[digest[i] & 15]});
  return written;
}

bool says_no_transaction(std::string_view sql) {
  constexpr std::string_view words = "-- candela: no transaction";
  for (std::size_t at = sql.find(words); at != std::string_view::npos; at = sql.find(words, at + 1)) {
    const char behind = at + words.size() == sql.size() ? '\n' : sql[at + words.size()];
    if ((at == 0 || sql[at - 1] == '\n') && behind == '\n') return true;
  }
  return false;
}

migration read(const found_file& found) {
  migration made;
  made.number = found.number;
  made.name = found.name;
  made.file = found.path;
  made.sql = read_file(found.path);
  made.checksum = checksum_of(made.sql);
  made.transaction = !says_no_transaction(made.sql);
  return made;
}

}  // namespace

std::vector<migration> read_migrations(const std::filesystem::path& folder, dialect database) {
  const std::vector<found_file> all = files_of(folder);
  check_numbers(all);
  // Sorted so that the common file of a number comes first: one of the database's own takes its place.
  std::map<std::uint32_t, const found_file*> chosen;
  for (const found_file& one : all) {
    if (!one.only || one.only == database) chosen[one.number] = &one;
  }
  std::vector<migration> migrations;
  for (const auto& [number, file] : chosen) migrations.push_back(read(*file));
  return migrations;
}

}  // namespace candela::db
