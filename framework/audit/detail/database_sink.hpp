// Private to the room: an audit trail in a table.
#pragma once

#include <candela/audit/detail/blocking_database.hpp>
#include <candela/audit/sink.hpp>
#include <candela/audit/verifier.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace candela::audit::detail {

/// Each `append` is one transaction. Two processes that write one trail meet at its primary key: one of them fails.
class database_sink final : public sink {
 public:
  explicit database_sink(const std::string& url) : url_(url), database_(url) {}

  [[nodiscard]] result<> check() const override;
  result<found_trail> open(const std::string& stream, const jose::key_set& keys) override;
  result<> begin_file(const std::string&) override { return {}; }
  result<> append(std::string_view lines) override;
  result<> sync() override { return {}; }
  void close() noexcept override {}

 private:
  using row = std::tuple<std::string_view, std::uint64_t, std::string_view, std::optional<std::string_view>,
                         std::optional<std::string_view>, std::string_view>;
  enum class presence : std::uint8_t { missing, there, foreign };

  task<result<found_trail>> take_up(db::database data, const jose::key_set& keys);
  task<result<>> read_page(db::database data, verifier& checked, std::uint64_t from, std::uint64_t& bytes);
  task<result<>> insert(db::database data);
  task<result<presence>> look_for(db::database data, std::uint64_t sequence, std::string_view line);
  [[nodiscard]] bool split(std::string_view lines);

  const std::string url_;
  blocking_database database_;
  std::string stream_;
  std::vector<row> rows_;
  arena members_;        // of the lines in `rows_`
  bool unsure_ = false;  // whether the transaction before has come through
};

}  // namespace candela::audit::detail
