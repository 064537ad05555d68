// A stage of one's own: refuses callers who do not say please, and thanks the others.
#include <candela/candela.hpp>
#include <string>

namespace polite {

///     - polite: {word: please, thanks: true}
class polite {
 public:
  explicit polite(candela::stage_setup& setup)
      : word_(setup.options().string("word", "please")), thanks_(setup.options().boolean("thanks", true)) {}

  candela::step on_request(candela::exchange& x) {
    if (x.header("x-magic-word") == word_) return candela::step::next;
    x.fail(candela::problem::forbidden("Say the magic word."));
    return candela::step::done;
  }

  void on_response(candela::exchange& x) {
    if (thanks_ && x.response().status() < 400) x.response().header("x-thanks", "you are welcome");
  }

 private:
  std::string word_;
  bool thanks_;
};

CANDELA_STAGE("polite", polite);

}  // namespace polite
