1:[["children",{"s":"__PAGE__","h":176}]]
0:{"b":"jLj-VxYorWa26u_30JY5P","t":{"t":{"s":"","h":80,"c":"$Q1"}}}
