"""What several charts share: the house style, captions, dot plots, panels over time, places of labels."""
