// What one connection knows of the statements that were sent over it.
#pragma once

#include <array>
#include <candela/db/description.hpp>
#include <candela/db/statement.hpp>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace candela::db::postgres {

/// A statement on one connection.
struct prepared {
  enum class stage : std::uint8_t {
    unsent,   ///< the server may know it, from before something went wrong
    sent,     ///< its Parse is under way
    settled,  ///< prepared and described
  };

  explicit prepared(const statement& of) noexcept;

  const statement& what;
  stage state = stage::unsent;
  bool known_there = false;              ///< a Parse of that name was sent: a new one needs a Close before
  const description* columns = nullptr;  ///< null: it gives no rows, once it is settled
  std::vector<sql_type> parameters;      ///< once it is settled
  std::array<char, 24> name{};           ///< on the connection, ends in NUL
  std::uint8_t name_size = 0;            ///< with its NUL
  std::uint32_t renamed = 0;             ///< times

  /// Takes another name, for who cannot have the old one closed.
  void rename() noexcept;
  [[nodiscard]] std::string_view wire_name() const noexcept { return {name.data(), name_size}; }
};

/// The statements of one connection, found by number.
class prepared_table {
 public:
  [[nodiscard]] prepared& find(const statement& what) {
    const std::uint32_t number = what.number();
    if (number < entries_.size() && entries_[number] != nullptr) [[likely]]
      return *entries_[number];
    return add(what, number);
  }
  /// The server has forgotten all of them.
  void clear() noexcept;

 private:
  prepared& add(const statement& what, std::uint32_t number);

  std::vector<std::unique_ptr<prepared>> entries_;
};

/// The descriptions of one driver. They stay as long as it does: results refer to them, also when the connection that
/// they came over is gone.
class description_catalog {
 public:
  /// The description of these columns of that statement, made when there is none yet.
  [[nodiscard]] const description& intern(const statement& what, std::vector<column> columns);

 private:
  std::vector<std::vector<std::unique_ptr<description>>> by_number_;
};

}  // namespace candela::db::postgres
