"""The scheme editor: copy a scheme of the five capitals, change it, try it, publish it."""
