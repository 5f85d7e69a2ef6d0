document.documentElement.dataset["script"] = "editor"
