// The least that asking PostgreSQL can cost: ready rendered bytes of its protocol (version 3), for one statement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace candela::bench {

/// A row of the one table.
struct world_row {
  std::uint32_t id = 0;
  std::uint32_t number = 0;
};

/// One connection on which queries for worlds follow each other without waiting, each with a Sync of its own. Takes it
/// for granted that the server lets it in without a password and that nothing ever goes wrong; whatever else happens
/// ends the program with an exception.
class postgres_pipe {
 public:
  /// Connects as libpq would to such a URL, over a Unix socket or plain TCP, and prepares the statement. Throws
  /// std::runtime_error when it cannot.
  explicit postgres_pipe(const std::string& url);
  ~postgres_pipe();
  postgres_pipe(const postgres_pipe&) = delete;
  postgres_pipe& operator=(const postgres_pipe&) = delete;

  /// To be watched for input.
  [[nodiscard]] int descriptor() const noexcept { return socket_; }

  /// Asks for the row of that id with the next `flush`.
  void ask(std::uint32_t id);
  /// Sends what was asked in one write. What the socket does not take waits for the next call, which comes with the
  /// answers that are on their way then.
  void flush();
  /// Reads once and calls `take(world_row)` for each row that is complete, in the order of asking.
  template <typename Take>
  void receive(Take&& take) {
    fill();
    world_row row;
    while (next_row(row)) take(row);
    drop_consumed();
  }

 private:
  void start_up(const std::string& user, const std::string& database);
  void await_ready();
  void send_all(std::string_view bytes);
  void fill();
  bool next_message(char& type, std::string_view& body);
  bool next_row(world_row& row);
  void drop_consumed();

  int socket_ = -1;
  std::string unsent_;
  std::vector<char> input_;
  std::size_t begin_ = 0;  // of what was not consumed
  std::size_t end_ = 0;
};

}  // namespace candela::bench
